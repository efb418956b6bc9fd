import { writeFileSync } from 'node:fs';
import { basename, join } from 'node:path';
import { beforeAll, describe, expect, it } from 'vitest';
import { publishPlugin } from '../../src/workflows/publish-plugin.ts';
import { createKeySigner } from '../../src/signing/signer.ts';
import { registry, writeSource } from '../registry/plugin-source.ts';
import { makeKey } from '../signing/support.ts';
import { SCRIPT } from '../support/kongcrate-command.ts';
import { publish } from '../support/published.ts';
import { runAndListFiles } from '../support/loaded-files.ts';
import { temporaryDirectory } from '../support/temporary-directory.ts';
import { startTestRegistry } from '../support/test-registry.ts';

const directory = temporaryDirectory();
const at = (name: string): string => join(directory, name);
const KEY = ['--key', at('cosign.pub')];
const PLACE = ['--lua-root', at('lua'), '--prefix', at('no-kong'), '--kong-conf', at('kong.conf')];
let layout: string;
let online: string;

/** Runs a command to its good end, and gives the names of what was loaded for it, sorted. */
async function loadsOf(args: readonly string[]): Promise<readonly string[]> {
  const { status, stderr, files, builtIns } = await runAndListFiles([SCRIPT, ...args]);
  expect(stderr).not.toContain('error');
  expect(status).toBe(0);
  const names = [...files.map((file) => basename(file)), ...builtIns];
  return names.filter((name) => /\.cjs$|^node:http$/.test(name)).sort();
}

beforeAll(async () => {
  const key = await makeKey();
  writeFileSync(at('cosign.pub'), key.publicKey.pem);
  layout = (await publish({ key })).reference;
  const { host } = await startTestRegistry();
  const reference = `${host}/acme/my-plugin:1.0.0`;
  await publishPlugin(writeSource('1.0.0'), reference, { signer: createKeySigner(key), registry });
  online = reference;
});

describe('what a command loads', () => {
  it('--version: no parser of arguments', async () => {
    expect(await loadsOf(['--version'])).toEqual(['cli.cjs']);
    expect(await loadsOf(['-V'])).toEqual(['cli.cjs']);
  });

  it('status: nothing that fetches or judges', async () => {
    expect(await loadsOf(['status', '--lua-root', directory])).toEqual([
      'cli.cjs',
      'program.cjs',
      'state.cjs',
    ]);
  });

  it('verify in a layout: nothing that installs, signs or asks a registry', async () => {
    const loads = await loadsOf(['verify', layout, ...KEY]);
    expect(loads).toEqual(['cli.cjs', 'program.cjs', 'state.cjs', 'verify.cjs']);
  });

  it('install from a layout: nothing that signs, sends a request or reloads Kong', async () => {
    const loads = await loadsOf(['install', layout, ...KEY, ...PLACE]);
    const files = ['cli.cjs', 'install.cjs', 'program.cjs', 'registry.cjs', 'state.cjs'];
    expect(loads).toEqual([...files, 'verify.cjs']);
  });

  it('install from a registry: no agents of proxies', async () => {
    const loads = await loadsOf(['install', online, ...KEY, ...PLACE, '--allow-downgrade']);
    expect(loads).toEqual(
      expect.arrayContaining(['install.cjs', 'node:http', 'registry.cjs', 'verify.cjs']),
    );
    expect(loads.filter((name) => /publish|proxy-agent|activat/.test(name))).toEqual([]);
  });
});
