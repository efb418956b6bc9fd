import { chmodSync, cpSync, mkdirSync, readFileSync, utimesSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { beforeAll, describe, expect, it } from 'vitest';
import { describeWithPeers, peer } from '../support/peers.ts';
import { run, type RunOptions } from '../support/run.ts';
import { temporaryDirectory } from '../support/temporary-directory.ts';

const PLUGIN = join(import.meta.dirname, '../../testdata/plugins/hello-header');
const KONGCRATE = join(import.meta.dirname, '../../bin/kongcrate.js');
/** Changing this constant breaks every digest that was ever published. */
const LAYER = 'sha256:15b6d10388672a36c2c7201ca5d1d4658f04d93ff570f533286667b1a554946f';
const MANIFEST = 'sha256:5e01b0e53887a617373fd2d30274be413b79d7cd2a085e805262f61fa176db74';

interface Digests {
  readonly layer: string;
  readonly manifest: string;
}

/** Packs and pushes through a command prefix such as `taskset -c 0 node`. */
async function digests(source: string, command: string[], options?: RunOptions): Promise<Digests> {
  const directory = temporaryDirectory();
  chmodSync(directory, 0o777);
  const call = async (...args: string[]): Promise<string> => {
    const [program = '', ...prefix] = command;
    const result = await run(program, [...prefix, KONGCRATE, ...args], options);
    expect(result.status, result.stderr).toBe(0);
    return result.stdout;
  };
  const archive = join(directory, 'plugin.tar.gz');
  const packed = await call('pack', source, '-o', archive, '--json');
  const pushed = await call('push', source, `oci-layout:${join(directory, 'layout')}`);
  const { digest } = JSON.parse(packed) as { digest: string };
  return { layer: digest, manifest: pushed.trim().split('@')[1] ?? '' };
}

const GOLDEN = { layer: LAYER, manifest: MANIFEST };
const NODE = [process.execPath];

describe('one source, one digest', () => {
  const elsewhere = join(temporaryDirectory(), 'Another Name (copy)');

  beforeAll(() => {
    // Files made in another order, with other times and modes.
    const plugin = 'kong/plugins/hello-header';
    mkdirSync(join(elsewhere, plugin), { recursive: true });
    for (const name of [`${plugin}/schema.lua`, `${plugin}/handler.lua`]) {
      writeFileSync(join(elsewhere, name), readFileSync(join(PLUGIN, name)), { mode: 0o600 });
      utimesSync(join(elsewhere, name), 1, 1e9);
    }
    for (const name of ['README.md', 'kong-plugin-hello-header-1.2.0-1.rockspec'])
      cpSync(join(PLUGIN, name), join(elsewhere, name));
  });

  it('is the golden one', async () => {
    expect(await digests(PLUGIN, NODE)).toEqual(GOLDEN);
  });

  it('in another directory, made in another order, with other times and modes', async () => {
    expect(await digests(elsewhere, NODE)).toEqual(GOLDEN);
  });

  it.each([
    ['umask 077', ['bash', '-c', 'umask 077; exec "$@"', 'bash', ...NODE], {}],
    ['umask 000', ['bash', '-c', 'umask 000; exec "$@"', 'bash', ...NODE], {}],
    ['one core', ['taskset', '-c', '0', ...NODE], {}],
    ['one thread', NODE, { UV_THREADPOOL_SIZE: '1' }],
    ['another locale', NODE, { LANG: 'tr_TR.UTF-8', LC_ALL: 'tr_TR.UTF-8' }],
    ['another time zone', NODE, { TZ: 'Pacific/Kiritimati' }],
  ] as const)('with %s', async (_what, command, env) => {
    expect(await digests(PLUGIN, [...command], { env })).toEqual(GOLDEN);
  });

  it.runIf(process.getuid?.() === 0)('as another user', async () => {
    const command = ['setpriv', '--reuid=65534', '--regid=65534', '--clear-groups', ...NODE];
    expect(await digests(PLUGIN, command)).toEqual(GOLDEN);
  });

  it('differs when SOURCE_DATE_EPOCH, source or revision are given, in the manifest only', async () => {
    const dated = await digests(PLUGIN, NODE, { env: { SOURCE_DATE_EPOCH: '1700000000' } });
    expect(dated.layer).toBe(LAYER);
    expect(dated.manifest).not.toBe(MANIFEST);
  });
});

describeWithPeers(['node24'], 'one source, one digest on another Node.js', () => {
  it('gives the golden digests on Node 24', async () => {
    expect(await digests(PLUGIN, [peer('node24')])).toEqual(GOLDEN);
  });
});
