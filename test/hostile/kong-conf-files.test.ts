import { symlinkSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, it } from 'vitest';
import { readKongSettings } from '../../src/kong/read-kong-settings.ts';
import { expectError } from '../support/expect-error.ts';
import { run } from '../support/run.ts';
import { temporaryDirectory } from '../support/temporary-directory.ts';

const PLANTS: readonly [string, (path: string) => unknown][] = [
  ['a FIFO', (path) => run('mkfifo', [path])],
  [
    'a link to what never ends',
    (path) => {
      symlinkSync('/dev/zero', path);
    },
  ],
  [
    '5 MiB',
    (path) => {
      writeFileSync(path, Buffer.alloc(5 * 1024 * 1024, 'plugins = a\n'));
    },
  ],
];

it.each(PLANTS)('a kong.conf that is %s is refused', async (_, plant) => {
  const prefix = temporaryDirectory();
  const kongConf = join(prefix, 'kong.conf');
  await plant(kongConf);
  const place = { kongConf, environment: {}, prefix };
  await expectError(() => readKongSettings(place), 'SOURCE_UNREADABLE');
});

it.each(PLANTS)('a .kong_env that is %s counts for nothing', async (_, plant) => {
  const prefix = temporaryDirectory();
  await plant(join(prefix, '.kong_env'));
  const place = { kongConf: join(prefix, 'none'), environment: {}, prefix };
  expect(readKongSettings(place)).not.toHaveProperty('running');
});
