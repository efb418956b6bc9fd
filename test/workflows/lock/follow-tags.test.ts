import { expect, it } from 'vitest';
import { followTags } from '../../../src/workflows/lock/follow-tags.ts';
import { readStatus } from '../../../src/workflows/read-status.ts';
import { syncFollowed } from '../../../src/workflows/sync/sync-followed.ts';
import { copyArtifacts } from '../../../src/workflows/copy/copy-artifacts.ts';
import { makeKey } from '../../signing/support.ts';
import { expectError } from '../../support/expect-error.ts';
import { temporaryDirectory } from '../../support/temporary-directory.ts';
import { startTestRegistry } from '../../support/test-registry.ts';
import { Fleet } from './fleet.ts';

it('follows what tags point to, one HEAD a tag where nothing moved', async () => {
  const [key, stranger] = [await makeKey(), await makeKey()];
  const registry = await startTestRegistry();
  const fleet = new Fleet(key);
  const place = `${registry.host}/acme/alpha:stable`;
  const offer = async (version: string, signer = key): Promise<void> => {
    const reference = await fleet.publish({ name: 'alpha', version, key: signer });
    const source = reference.replace('./dist', `${fleet.directory}/dist`);
    await copyArtifacts([source], place, { registry: { plainHttp: true }, force: true });
  };
  const beta = await fleet.publish({ name: 'beta', key });
  fleet.write([`reference: ${place}`, `reference: ${beta}`]);
  const options = { registry: { plainHttp: true }, root: { luaRoot: temporaryDirectory() } };
  const source = followTags(options);
  const sync = async (): Promise<object> => {
    await syncFollowed(source, { ...options, configuration: await fleet.read() });
    return readStatus(options.root).plugins.map(({ name, version }) => `${name} ${version ?? ''}`);
  };

  await offer('1.0.0');
  expect(await sync()).toEqual(['alpha 1.0.0', 'beta 1.0.0']);
  const before = registry.log.length;
  await sync();
  expect(registry.log.slice(before)).toMatchObject([
    { method: 'HEAD', path: '/v2/acme/alpha/manifests/stable' },
  ]);
  await offer('1.1.0');
  expect(await sync()).toEqual(['alpha 1.1.0', 'beta 1.0.0']);
  await offer('1.0.0');
  await expectError(sync, 'DOWNGRADE');
  await offer('1.2.0', stranger);
  await expectError(sync, 'SIGNATURE_MISMATCH');
});
