import {
  existsSync,
  lstatSync,
  mkdirSync,
  readdirSync,
  readFileSync,
  readlinkSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs';
import { join } from 'node:path';
import { beforeEach, describe, expect, it } from 'vitest';
import {
  installPlugins,
  type InstallOptions,
  type InstallOutcome,
} from '../../src/install/install-plugins.ts';
import { wholeOf } from '../../src/content/byte-source.ts';
import { readEvidence, readNodeState } from '../../src/install/read-node-state.ts';
import { expectError } from '../support/expect-error.ts';
import {
  compareVersions,
  makeInstallable,
  signedBy,
  SIGNED,
  UNSIGNED,
  type InstallableSpec,
} from '../support/make-installable.ts';
import { temporaryDirectory } from '../support/temporary-directory.ts';
import { countOperations, interceptOperations } from './intercept-operations.ts';
import { allDrift, installed, leftInTmp, versionsRead } from './look-at-node.ts';

let luaRoot: string;
beforeEach(() => {
  luaRoot = join(temporaryDirectory(), 'lua');
});

const install = (
  specs: readonly InstallableSpec[],
  options: Partial<InstallOptions> = {},
): Promise<InstallOutcome> =>
  installPlugins({ luaRoot }, specs.map(makeInstallable), { compareVersions, ...options });

const ONE = { name: 'one', version: '1' };
const TWO = { name: 'two', version: '1' };

describe('installPlugins', () => {
  it('makes the root and links of exactly the documented texts', async () => {
    const outcome = await install([ONE]);
    const layer = makeInstallable(ONE).plugin.plan.archiveDigest.replace(':', '-');
    const texts = Object.fromEntries(
      [
        'kong/plugins/one',
        'resty/one.lua',
        '.kongcrate/current',
        '.kongcrate/generations/1/kong/plugins/one',
        '.kongcrate/generations/1/resty/one.lua',
      ].map((path) => [path, readlinkSync(join(luaRoot, path))]),
    );
    expect(texts).toEqual({
      'kong/plugins/one': '../../.kongcrate/current/kong/plugins/one',
      'resty/one.lua': '../.kongcrate/current/resty/one.lua',
      '.kongcrate/current': 'generations/1',
      '.kongcrate/generations/1/kong/plugins/one': `../../../../store/${layer}/kong/plugins/one`,
      '.kongcrate/generations/1/resty/one.lua': `../../../store/${layer}/resty/one.lua`,
    });
    expect(outcome).toEqual({
      generation: 1,
      plugins: [
        { name: 'one', version: '1', digest: expect.any(String) as string, state: 'installed' },
      ],
    });
    expect(versionsRead(luaRoot, 'one')).toEqual(['1', '1', '1']);
    expect(allDrift(luaRoot)).toEqual([]);
    expect(leftInTmp(luaRoot)).toEqual([]);
    expect(existsSync(join(luaRoot, '.kongcrate/mutex'))).toBe(false);
  });

  it('switches several plugins at once and keeps the others', async () => {
    await install([ONE, TWO]);
    const outcome = await install([
      { name: 'two', version: '2' },
      { name: 'three', version: '3' },
    ]);
    expect(outcome).toMatchObject({
      generation: 2,
      previousGeneration: 1,
      plugins: [
        { name: 'two', state: 'upgraded', previousVersion: '1', version: '2' },
        { name: 'three', state: 'installed' },
      ],
    });
    expect(installed(luaRoot)).toEqual(['one 1', 'three 3', 'two 2']);
    expect(versionsRead(luaRoot, 'two')).toEqual(['2', '2', '2']);
  });

  it('takes away the links that the new version does not need', async () => {
    await install([ONE]);
    const files = { 'kong/plugins/one/handler.lua': 'return 2', 'lib/one.lua': 'return 3' };
    await install([{ name: 'one', version: '2', files }]);
    expect(readdirSync(join(luaRoot, 'resty'))).toEqual([]);
    expect(readFileSync(join(luaRoot, 'lib/one.lua'), 'utf8')).toBe('return 3');
  });

  it('holds a plugin called like an object property', async () => {
    await install([{ name: 'constructor', version: '1' }]);
    expect(await install([{ name: 'constructor', version: '2' }])).toMatchObject({
      plugins: [{ state: 'upgraded', previousVersion: '1' }],
    });
  });

  it('holds one layer under two names without one disturbing the other', async () => {
    const a = makeInstallable({ name: 'a', version: '1', files: { 'kong/plugins/a/h.lua': 'x' } });
    const file = { path: 'kong/plugins/b/h.lua', bytes: a.plugin.files[0]?.bytes ?? Buffer.of() };
    const b = { ...a, plugin: { ...a.plugin, name: 'b', files: [file] } };
    await installPlugins({ luaRoot }, [a], { compareVersions });
    await installPlugins({ luaRoot }, [b], { compareVersions });
    expect(readdirSync(join(luaRoot, '.kongcrate/store'))).toHaveLength(1);
    expect(allDrift(luaRoot)).toEqual([]);
  });
});

describe('the same digest again', () => {
  it('changes nothing when all is as it was, whatever the tag', async () => {
    await install([ONE]);
    const { files, count } = countOperations();
    const outcome = await installPlugins(
      { luaRoot, files },
      [makeInstallable({ ...ONE, tag: 'x' })],
      { compareVersions },
    );
    expect(outcome).toMatchObject({ generation: 1, plugins: [{ state: 'unchanged' }] });
    expect(outcome).not.toHaveProperty('previousGeneration');
    // The mutex: written, linked, its candidate and itself removed; one fsync.
    expect(count()).toBe(5);
  });

  it.each<[string, (store: string) => void]>([
    [
      'a changed file',
      (store) => {
        writeFileSync(join(store, 'kong/plugins/one/handler.lua'), 'evil');
      },
    ],
    [
      'a file of the same size',
      (store) => {
        const path = join(store, 'kong/plugins/one/schema.lua');
        writeFileSync(path, 'y'.repeat(lstatSync(path).size));
      },
    ],
    [
      'an extra module',
      (store) => {
        writeFileSync(join(store, 'kong/plugins/one/api.lua'), 'evil');
      },
    ],
    [
      'an extra directory',
      (store) => {
        mkdirSync(join(store, 'kong/plugins/one/migrations'));
      },
    ],
  ])('repairs %s', async (_, damage) => {
    await install([ONE]);
    damage(storeOf());
    expect(allDrift(luaRoot)).toHaveLength(1);
    expect(await install([ONE])).toMatchObject({ generation: 1, plugins: [{ state: 'repaired' }] });
    expect(allDrift(luaRoot)).toEqual([]);
    expect(leftInTmp(luaRoot)).toEqual([]);
  });

  it('keeps new evidence beside the old', async () => {
    await install([ONE]);
    expect(await install([{ ...ONE, note: 'one more signature' }])).toMatchObject({
      generation: 1,
      plugins: [{ state: 'unchanged' }],
    });
    expect(readdirSync(join(storeOf(), '.evidence'))).toHaveLength(2);
  });

  it('writes a new receipt when it is trusted for another reason', async () => {
    await install([{ ...ONE, trust: UNSIGNED }]);
    const outcome = await install([{ ...ONE, trust: SIGNED, note: 'signed' }]);
    expect(outcome).toMatchObject({ generation: 2, plugins: [{ state: 'unchanged' }] });
    const [plugin] = readNodeState({ luaRoot }).plugins;
    expect(plugin?.trust).toMatchObject({ kind: 'signed', signers: [{ keyId: 'ab'.repeat(32) }] });
    expect(plugin && readEvidence({ luaRoot }, plugin).blobs.size).toBe(2);
  });
});

describe('what is refused before anything is written', () => {
  const untouched = async (): Promise<void> => {
    expect(installed(luaRoot)).toEqual(['one 1']);
    expect(versionsRead(luaRoot, 'one')).toEqual(['1', '1', '1']);
    expect(allDrift(luaRoot)).toEqual([]);
    expect(leftInTmp(luaRoot)).toEqual([]);
    expect(await install([ONE])).toMatchObject({
      generation: 1,
      plugins: [{ state: 'unchanged' }],
    });
  };
  beforeEach(() => install([ONE]));

  it('a lower version, unless it is allowed', async () => {
    await install([{ name: 'one', version: '3' }]);
    const error = await expectError(
      () => install([{ name: 'one', version: '2' }, TWO]),
      'DOWNGRADE',
    );
    expect(error.message).toContain('one 2 is older than 3');
    expect(installed(luaRoot)).toEqual(['one 3']);
    const allowed = makeInstallable({ name: 'one', version: '2', allowDowngrade: true });
    await installPlugins({ luaRoot }, [allowed], { compareVersions });
    expect(installed(luaRoot)).toEqual(['one 2']);
  });

  it('not a version that cannot be compared', async () => {
    await install([{ name: 'one', version: 'scm' }]);
    expect(installed(luaRoot)).toEqual(['one scm']);
  });

  it.each([NaN, -Infinity, Infinity])('not one that compares as %d', async (order) => {
    await install([{ name: 'one', version: '0' }], { compareVersions: () => order });
    expect(installed(luaRoot)).toEqual(['one 0']);
  });

  it('an unsigned artifact over a signed one, and one of another signer', async () => {
    const unsigned = { name: 'one', version: '2', trust: UNSIGNED };
    await expectError(() => install([unsigned]), 'SIGNATURE_MISMATCH');
    const foreign = { name: 'one', version: '2', trust: signedBy('cd'.repeat(32)) };
    await expectError(() => install([foreign]), 'SIGNER_CHANGED');
    await untouched();
  });

  it('nothing at all', async () => {
    await expectError(() => install([]), 'USAGE');
  });

  it('two requests for one name or one path', async () => {
    await expectError(() => install([TWO, { name: 'two', version: '2' }]), 'USAGE');
    const files = { 'kong/plugins/three/handler.lua': '', 'resty/two.lua': '' };
    await expectError(() => install([TWO, { name: 'three', version: '1', files }]), 'USAGE');
    const below = { 'kong/plugins/three/handler.lua': '', 'kong/plugins/two/x.lua': '' };
    await expectError(() => install([TWO, { name: 'three', version: '1', files: below }]), 'USAGE');
    await untouched();
  });

  it("a path of another installed plugin's", async () => {
    const files = { 'kong/plugins/two/handler.lua': '', 'resty/one.lua': 'mine now' };
    const error = await expectError(
      () => install([{ name: 'two', version: '1', files }]),
      'NOT_OURS',
    );
    expect(error.details).toMatchObject({ path: 'resty/one.lua' });
    await untouched();
  });

  it('a directory, file or link that kongcrate did not make', async () => {
    const put: Record<string, (path: string) => void> = {
      directory: (path) => {
        mkdirSync(path);
      },
      file: (path) => {
        writeFileSync(path, 'theirs');
      },
      link: (path) => {
        symlinkSync('../../.kongcrate/current/kong/plugins/one', path);
      },
    };
    for (const [name, make] of Object.entries(put)) {
      const path = join(luaRoot, 'kong/plugins', name);
      make(path);
      const error = await expectError(() => install([TWO, { name, version: '1' }]), 'NOT_OURS');
      expect(error.details).toMatchObject({ path });
      expect(lstatSync(path).isSymbolicLink()).toBe(name === 'link');
    }
    await untouched();
  });

  it('an archive that the verified manifest does not list', async () => {
    const { plugin } = makeInstallable({ name: 'two', version: '2' });
    const request = { ...makeInstallable(TWO), plugin };
    await expectError(
      () => installPlugins({ luaRoot }, [request], { compareVersions }),
      'DIGEST_MISMATCH',
    );
    await untouched();
  });

  it('bytes that are not the very ones of the archive', async () => {
    const { plugin, ...rest } = makeInstallable(TWO);
    const files = plugin.files.map(({ path, bytes }) => ({
      path,
      bytes: Buffer.from(wholeOf(bytes)),
    }));
    const request = { ...rest, plugin: { ...plugin, files } };
    await expectError(
      () => installPlugins({ luaRoot }, [request], { compareVersions }),
      'DIGEST_MISMATCH',
    );
    await untouched();
  });
});

describe('dryRun', () => {
  it('decides and writes nothing, not even the root', async () => {
    expect(await install([ONE], { dryRun: true })).toMatchObject({ generation: 1 });
    expect(existsSync(luaRoot)).toBe(false);
    await install([ONE]);
    const { files, count } = countOperations();
    const outcome = await installPlugins(
      { luaRoot, files },
      [makeInstallable({ name: 'one', version: '2' })],
      { compareVersions, dryRun: true },
    );
    expect(outcome).toMatchObject({ generation: 2, plugins: [{ state: 'upgraded' }] });
    expect(count()).toBe(0);
    await expectError(
      () => install([{ name: 'one', version: '0' }], { dryRun: true }),
      'DOWNGRADE',
    );
  });
});

describe('keeping generations', () => {
  it('keeps as many as it is told, with the store directories they need', async () => {
    for (const version of ['1', '2', '3', '4'])
      await installPlugins(
        { luaRoot, keepGenerations: 2 },
        [makeInstallable({ name: 'one', version })],
        { compareVersions },
      );
    expect(readdirSync(join(luaRoot, '.kongcrate/generations'))).toEqual(['3', '4']);
    expect(readdirSync(join(luaRoot, '.kongcrate/store'))).toHaveLength(2);
  });

  it('leaves no link behind when only one is kept', async () => {
    const root = { luaRoot, keepGenerations: 1 };
    await installPlugins(root, [makeInstallable(ONE)], { compareVersions });
    const files = { 'kong/plugins/one/handler.lua': '' };
    const next = makeInstallable({ name: 'one', version: '2', files });
    await installPlugins(root, [next], { compareVersions });
    expect(readdirSync(join(luaRoot, 'resty'))).toEqual([]);
  });

  it('refuses to keep none', async () => {
    await expectError(
      () =>
        installPlugins({ luaRoot, keepGenerations: 0 }, [makeInstallable(ONE)], {
          compareVersions,
        }),
      'USAGE',
    );
  });
});

describe('an abort signal', () => {
  it('ends the staging at any file, with the old state in place', async () => {
    for (let stopAt = 0; ; stopAt += 1) {
      luaRoot = join(temporaryDirectory(), 'lua');
      await install([ONE]);
      const controller = new AbortController();
      let written = 0;
      const files = interceptOperations(({ name, run }) => {
        run();
        if (name === 'writeFile' && written++ === stopAt) controller.abort();
      });
      const upgrade = [makeInstallable({ name: 'one', version: '2' }), makeInstallable(TWO)];
      const options = { compareVersions, signal: controller.signal };
      const work = (): Promise<unknown> => installPlugins({ luaRoot, files }, upgrade, options);
      if (stopAt === 10) {
        // Mutex, two store directories of four files, a receipt: there is no eleventh file.
        await work();
        break;
      }
      await expectError(work, 'INTERRUPTED');
      expect(installed(luaRoot)).toEqual(['one 1']);
      expect(leftInTmp(luaRoot)).toEqual([]);
      expect(existsSync(join(luaRoot, 'kong/plugins/two'))).toBe(false);
    }
    expect(installed(luaRoot)).toEqual(['one 2', 'two 1']);
  });

  it('leaves what was stored for the next try, until a change that needs it no more', async () => {
    await install([ONE]);
    const controller = new AbortController();
    const files = interceptOperations(({ name, args, run }) => {
      run();
      if (name === 'rename' && /store\/sha256-[0-9a-f]+$/.test(String(args[1]))) controller.abort();
    });
    const { signal } = controller;
    const work = installPlugins({ luaRoot, files }, [makeInstallable(TWO)], {
      compareVersions,
      signal,
    });
    await expectError(() => work, 'INTERRUPTED');
    expect(readdirSync(join(luaRoot, '.kongcrate/store'))).toHaveLength(2);
    await install([{ name: 'three', version: '1' }]);
    expect(readdirSync(join(luaRoot, '.kongcrate/store'))).toHaveLength(2);
    expect(installed(luaRoot)).toEqual(['one 1', 'three 1']);
  });
});

function storeOf(): string {
  const [name = ''] = readdirSync(join(luaRoot, '.kongcrate/store'));
  return join(luaRoot, '.kongcrate/store', name);
}
