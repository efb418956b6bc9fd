import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, it } from 'vitest';
import { findPrefix } from '../../../src/kong/node/find-prefix.ts';
import { temporaryDirectory } from '../../support/temporary-directory.ts';

it.each([
  ['prefix = /opt/kong\n', { KONG_PREFIX: '/run/kong' }, '/run/kong'],
  ['prefix = /opt/kong\n', {}, '/opt/kong'],
  ['', {}, '/usr/local/kong'],
])('the prefix by %j and %j', (conf, environment, prefix) => {
  const kongConf = join(temporaryDirectory(), 'kong.conf');
  writeFileSync(kongConf, conf);
  expect(findPrefix({ kongConf, environment })).toBe(prefix);
});

it('needs no kong.conf that can be read', () => {
  expect(findPrefix({ kongConf: '/', environment: {} })).toBe('/usr/local/kong');
});
