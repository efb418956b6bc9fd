import { cpSync, mkdirSync, readFileSync, utimesSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { beforeAll, describe, expect, it } from 'vitest';
import { kongcrateCommand, SCRIPT } from '../support/kongcrate-command.ts';
import { GOLDEN, packDigests } from '../support/pack-digests.ts';
import { describeWithPeers, peer } from '../support/peers.ts';
import { temporaryDirectory } from '../support/temporary-directory.ts';

const PLUGIN = join(import.meta.dirname, '../../testdata/plugins/hello-header');
const KONGCRATE = kongcrateCommand([]).flat();

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
    expect(await packDigests(PLUGIN, KONGCRATE)).toEqual(GOLDEN);
  });

  it('in another directory, made in another order, with other times and modes', async () => {
    expect(await packDigests(elsewhere, KONGCRATE)).toEqual(GOLDEN);
  });

  it.each([
    ['umask 077', ['bash', '-c', 'umask 077; exec "$@"', 'bash', ...KONGCRATE], {}],
    ['umask 000', ['bash', '-c', 'umask 000; exec "$@"', 'bash', ...KONGCRATE], {}],
    ['one core', ['taskset', '-c', '0', ...KONGCRATE], {}],
    ['one thread', KONGCRATE, { UV_THREADPOOL_SIZE: '1' }],
    ['another locale', KONGCRATE, { LANG: 'tr_TR.UTF-8', LC_ALL: 'tr_TR.UTF-8' }],
    ['another time zone', KONGCRATE, { TZ: 'Pacific/Kiritimati' }],
  ] as const)('with %s', async (_what, command, env) => {
    expect(await packDigests(PLUGIN, [...command], { env })).toEqual(GOLDEN);
  });

  it.runIf(process.getuid?.() === 0)('as another user', async () => {
    const command = ['setpriv', '--reuid=65534', '--regid=65534', '--clear-groups', ...KONGCRATE];
    expect(await packDigests(PLUGIN, command)).toEqual(GOLDEN);
  });

  it('differs when SOURCE_DATE_EPOCH, source or revision are given, in the manifest only', async () => {
    const dated = await packDigests(PLUGIN, KONGCRATE, {
      env: { SOURCE_DATE_EPOCH: '1700000000' },
    });
    expect(dated.layer).toBe(GOLDEN.layer);
    expect(dated.manifest).not.toBe(GOLDEN.manifest);
  });
});

describeWithPeers(['node24'], 'one source, one digest on another Node.js', () => {
  it('gives the golden digests on Node 24', async () => {
    expect(await packDigests(PLUGIN, [peer('node24'), SCRIPT])).toEqual(GOLDEN);
  });
});
