import { chmodSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { checkPresence } from '../../../src/kong/activation/check-presence.ts';
import { readKongNode } from '../../../src/kong/node/read-kong-node.ts';
import type { KongcrateError } from '../../../src/errors/kongcrate-error.ts';
import { expectError } from '../../support/expect-error.ts';
import { openDirectory } from '../../support/stand-in-kong/start-kong.ts';
import { writePlugin } from '../../support/stand-in-kong/write-plugin.ts';
import { temporaryDirectory } from '../../support/temporary-directory.ts';

const WORKERS = { uid: 54_321, gids: [54_321] };
const staged = openDirectory();
const live = openDirectory();
writePlugin(staged, 'canary');
writePlugin(live, 'old');

interface Trial {
  readonly plugins: readonly string[];
  readonly template?: string;
  readonly conf?: string;
}

function check({ plugins, template = '?.lua', conf = '' }: Trial): void {
  const prefix = temporaryDirectory();
  writeFileSync(join(prefix, 'kong.conf'), conf);
  const place = { prefix, kongConf: join(prefix, 'kong.conf'), environment: {} };
  checkPresence(
    { ...readKongNode(place), workersUser: WORKERS },
    {
      plugins,
      luaPaths: [staged],
      luaPackagePath: [staged, live].map((root) => `${root}/${template}`).join(';'),
      goneRoot: '/nowhere',
      isBundled: (name) => name === 'key-auth',
    },
  );
}

const refused = (trial: Trial): Promise<KongcrateError> =>
  expectError(() => {
    check(trial);
  }, 'PLUGIN_REFUSED');

describe('a listed plugin', () => {
  it('is there in the new tree, in the old one, or with Kong', () => {
    check({ plugins: ['bundled', 'key-auth', 'canary', 'off', 'old', 'canary'] });
    check({ plugins: ['off', 'nonsense'] });
  });

  it.each(['handler', 'schema'])('is refused without its %s', async (part) => {
    rmSync(join(writePlugin(staged, `no-${part}`), `${part}.lua`));
    const error = await refused({ plugins: [`no-${part}`] });
    expect(error.message).toContain(`kong/plugins/no-${part}/${part}.lua`);
    expect(error.details).toMatchObject({ reason: 'ABSENT', plugin: `no-${part}` });
    expect(error.remedy).toContain(`kongcrate disable no-${part}`);
  });

  it.each(['', '"canary"', 'canary x', 'Canary'])('is refused by the name %j', async (name) => {
    expect((await refused({ plugins: ['canary', name] })).message).toContain(JSON.stringify(name));
  });

  it('is refused where no template leads to it', async () => {
    const error = await refused({ plugins: ['canary'], template: '?/init.lua' });
    expect(error.details).toMatchObject({ reason: 'ABSENT' });
  });

  it('may be one of a vault, which only Kong asks', () => {
    check({ plugins: ['{vault://env/my-plugins}', 'canary'] });
  });

  it('may be one of a plugin server', () => {
    check({ plugins: ['go-hello'], conf: 'pluginserver_names = go\n' });
  });
});

describe('what the workers cannot read', () => {
  it('is refused, in the new tree and elsewhere', async () => {
    const directory = writePlugin(staged, 'closed');
    chmodSync(directory, 0o700);
    const error = await refused({ plugins: ['closed'] });
    expect(error.message).toContain('uid 54321');
    expect(error.details).toMatchObject({ reason: 'CLOSED', plugin: 'closed', mode: '0700' });
    expect(error.remedy).toContain(`chmod o+x ${directory}`);
    const schema = join(writePlugin(live, 'half'), 'schema.lua');
    chmodSync(schema, 0o600);
    expect((await refused({ plugins: ['half'] })).remedy).toContain(`chmod o+r ${schema}`);
  });

  it('may be above the new tree, which is private until the switch', () => {
    chmodSync(staged, 0o700);
    check({ plugins: ['canary'] });
    chmodSync(staged, 0o755);
  });
});
