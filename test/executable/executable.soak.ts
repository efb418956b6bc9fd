import { execFile } from 'node:child_process';
import { copyFileSync, cpSync, existsSync, readFileSync, statSync, writeFileSync } from 'node:fs';
import { basename, join } from 'node:path';
import { promisify } from 'node:util';
import { beforeAll, describe, expect, it } from 'vitest';
import { TestAuthority } from '../http/test-authority.ts';
import { startDockerRegistry } from '../support/docker-registry.ts';
import { kongcrate } from '../support/must-succeed.ts';
import { describeWithPeers } from '../support/peers.ts';
import { count, report } from '../support/soak.ts';
import { temporaryDirectory } from '../support/temporary-directory.ts';
import { makeBareRoot, type BareRoot } from './bare-root.ts';
import { machineOf, type Architecture, type Machine } from './machine.ts';

const ROOT = join(import.meta.dirname, '../..');
const PLUGIN = join(ROOT, 'testdata/plugins/hello-header');
const BUILD = join(ROOT, 'scripts/build-executable.js');
const ARCHITECTURES: readonly Architecture[] = ['x64', 'arm64'];
const LIMIT_BYTES = 112_000_000;
const LIBRARIES = ['libc', 'libdl', 'libgcc_s', 'libm', 'libpthread', 'libstdc++'];

const isRoot = process.getuid?.() === 0;
if (!isRoot) report('SKIPPED executables in a root directory: needs to run as root');

/** Gives the lines with the digests of what was built. */
async function build(): Promise<string> {
  const { stdout } = await promisify(execFile)(process.execPath, [BUILD, ...ARCHITECTURES]);
  return stdout;
}

let built: string;
beforeAll(async () => {
  built = await build();
  report(`executables:\n${built}`);
});

it('the same sources give the same bytes', async () => {
  expect(await build()).toBe(built);
});

it('the licences of Node.js and of all that is bundled lie beside them', () => {
  const licences = readFileSync(join(ROOT, 'dist-executable/THIRD-PARTY'), 'utf8');
  expect(licences).toContain('Node.js is licensed for use as follows');
  expect(licences).toContain(readFileSync(join(ROOT, 'dist/THIRD-PARTY'), 'utf8'));
});

describe.each(ARCHITECTURES)('the executable for %s', (architecture) => {
  let machine: Machine;
  beforeAll(async () => {
    machine = await machineOf(architecture);
  });

  it('needs glibc 2.28 and the libraries of C and C++ only', () => {
    expect(machine.glibc).toBe('2.28');
    const names = machine.libraries.map((library) => basename(library).replace(/\.so\..*/, ''));
    expect(names.sort()).toEqual(LIBRARIES);
  });

  it(`has at most ${count(LIMIT_BYTES)} bytes`, () => {
    expect(statSync(machine.executable).size).toBeLessThanOrEqual(LIMIT_BYTES);
  });
});

describe.runIf(isRoot).each(ARCHITECTURES)('alone in a root directory, on %s', (architecture) => {
  let root: BareRoot;
  beforeAll(async () => {
    root = makeBareRoot(await machineOf(architecture));
  });

  const done = async (...args: readonly string[]): Promise<string> => {
    const { status, stdout, stderr } = await root.call(args);
    expect(status, stderr).toBe(0);
    return stdout;
  };

  it('starts without a word of Node.js: its code cache is taken, nothing is experimental', async () => {
    const result = await root.call(['version']);
    expect(result).toMatchObject({ status: 0, stderr: '' });
    expect(result.stdout).toMatch(`(node 24.21.0, linux ${architecture})`);
  });

  it('loads no code that NODE_OPTIONS names', async () => {
    const file = 'writable/loaded';
    const code = `data:text/javascript,import{writeFileSync}from"fs";writeFileSync("/${file}","")`;
    const options = [`--import=${code}`, '--no-such-option', '--inspect'];
    for (const option of options)
      expect(await root.call(['version'], [`NODE_OPTIONS=${option}`])).toMatchObject({
        status: 0,
        stderr: '',
      });
    expect(await root.call(['version', `--import=${code}`])).toMatchObject({ status: 2 });
    expect(existsSync(join(root.writable, 'loaded'))).toBe(false);
  });

  describeWithPeers(['docker-registry'], 'as nobody, where only /writable can be written', () => {
    const layout = 'oci-layout:/layout:1.2.0';
    let registry: string;
    beforeAll(async () => {
      const directory = temporaryDirectory();
      const at = (name: string): string => join(directory, name);
      const authority = new TestAuthority();
      const tls = authority.issue('registry', 'IP:127.0.0.1');
      const { host } = await startDockerRegistry({ tls });
      registry = `${host}/acme/hello-header:1.2.0`;
      writeFileSync(at('ca.crt'), authority.certificate);
      await kongcrate(['generate-key-pair', '--output-key-prefix', at('cosign')]);
      await kongcrate([
        'publish',
        PLUGIN,
        `oci-layout:${at('layout')}:1.2.0`,
        '--key',
        at('cosign.key'),
      ]);
      await kongcrate([
        'copy',
        `oci-layout:${at('layout')}:1.2.0`,
        registry,
        '--ca-file',
        at('ca.crt'),
      ]);
      cpSync(at('layout'), join(root.directory, 'layout'), { recursive: true });
      for (const name of ['cosign.pub', 'ca.crt'])
        copyFileSync(at(name), join(root.directory, name));
    });

    it.each([
      ['a layout', () => [layout], '/writable/from-layout'],
      ['a registry', () => [registry, '--ca-file', '/ca.crt'], '/writable/from-registry'],
    ])('verifies and installs from %s', async (_what, source, luaRoot) => {
      const place = [...source(), '--key', '/cosign.pub'];
      expect(await done('verify', ...place)).toMatch(/^trusted: signed by key /);
      expect(await done('install', ...place, '--lua-root', luaRoot)).toContain(
        'installed hello-header 1.2.0',
      );
      await done('status', '--check', '--lua-root', luaRoot);
    });

    it('cannot install where nothing can be written: exit 9, and why', async () => {
      const args = ['install', layout, '--key', '/cosign.pub', '--lua-root', '/lua'];
      const { status, stderr } = await root.call(args);
      expect(status).toBe(9);
      expect(stderr).toContain('EROFS');
    });
  });
});
