import { beforeAll, describe, expect, it } from 'vitest';
import type { ExportTarget } from '../../src/export/exported-plugin.ts';
import type { PrivateKey } from '../../src/signing/private-key.ts';
import { createKeySigner } from '../../src/signing/signer.ts';
import { copyArtifacts } from '../../src/workflows/copy/copy-artifacts.ts';
import { exportArtifact, type ExportOptions } from '../../src/workflows/export-artifact.ts';
import { publishPlugin } from '../../src/workflows/publish-plugin.ts';
import { pushPlugin } from '../../src/workflows/push-plugin.ts';
import { makeKey } from '../signing/support.ts';
import { expectError } from '../support/expect-error.ts';
import { publish, type Published } from '../support/published.ts';
import { startTestRegistry } from '../support/test-registry.ts';

const PLUGIN = new URL('../../testdata/plugins/hello-header', import.meta.url).pathname;
const FETCHED = ['dockerfile', 'kubernetes', 'kubernetes-volume', 'operator'] as const;
const ALL: readonly ExportTarget[] = [...FETCHED, 'docker-run', 'helm'];
let key: PrivateKey;
let layout: Published;
let repository: string;
let digest: string;

const to = (target: ExportTarget, more: Partial<ExportOptions> = {}): ExportOptions => ({
  to: target,
  keys: [key.publicKey],
  ...more,
});

describe('export', () => {
  beforeAll(async () => {
    key = await makeKey();
    layout = await publish({ key });
    const { host } = await startTestRegistry();
    repository = `${host}/acme/my-plugin`;
    await copyArtifacts([layout.reference], repository, {});
    digest = layout.subject.descriptor.digest;
  });

  it.each(ALL)('%s: by tag and by digest the same, but for how to renew it', async (target) => {
    const byTag = await exportArtifact(`${repository}:1.0.0`, to(target));
    const byDigest = await exportArtifact(`${repository}@${digest}`, to(target));
    expect(byTag).toMatchObject({ reference: `${repository}@${digest}`, digest, to: target });
    const bodies = [byTag, byDigest].map(({ files }) =>
      files.map(({ text }) => text.slice(text.indexOf('\n'))),
    );
    expect(bodies[0]).toEqual(bodies[1]);
    for (const { text } of byTag.files) expect(text.split('\n')[0]).toContain(digest);
  });

  it.each(FETCHED)(
    '%s: what nobody else can reach is refused, with the way out',
    async (target) => {
      const error = await expectError(() => exportArtifact(layout.reference, to(target)), 'USAGE');
      expect(error.remedy).toContain(`kongcrate copy ${layout.reference} REGISTRY/REPOSITORY`);
    },
  );

  it.each(['docker-run', 'helm'] as const)('%s: a layout will do', async (target) => {
    const { reference } = await exportArtifact(layout.reference, to(target));
    expect(reference).toBe(`oci-layout:${layout.directory}@${digest}`);
  });

  it('nobody named: nothing is exported', async () => {
    await expectError(() => exportArtifact(repository, { to: 'helm' }), 'TRUST_MISSING');
  });

  it('signed by somebody else: nothing is exported', async () => {
    const { publicKey } = await makeKey();
    const options = to('operator', { keys: [publicKey] });
    await expectError(() => exportArtifact(`${repository}:1.0.0`, options), 'SIGNATURE_MISMATCH');
  });

  it('not signed: only if told so, and then it says so', async () => {
    const { reference } = await publish();
    await expectError(() => exportArtifact(reference, to('helm')), 'NO_SIGNATURE');
    const { files } = await exportArtifact(reference, { to: 'helm', allowUnsigned: true });
    expect(files[0]?.text).toMatch(/^# [^\n]*, NOT SIGNED; /);
  });

  it('another plugin than the one that was named is refused', async () => {
    const options = to('helm', { expectedName: 'other' });
    await expectError(() => exportArtifact(layout.reference, options), 'IDENTITY_MISMATCH');
  });

  it.each(['tree', 'cosign', 'artifact'] as const)(
    'layout %s is no image to copy',
    async (name) => {
      const place = `${repository}-${name}:1.2.0`;
      await pushPlugin(PLUGIN, place, { layout: name });
      for (const target of ['dockerfile', 'kubernetes', 'kubernetes-volume'] as const) {
        const call = () => exportArtifact(place, { to: target, allowUnsigned: true });
        expect((await expectError(call, 'PLUGIN_REFUSED')).remedy).toContain('--layout image');
      }
      const { files } = await exportArtifact(place, { to: 'helm', allowUnsigned: true });
      expect(files[0]?.text).toContain('handler.lua: |');
    },
  );

  it("what Kong's operator refuses is not written for it", async () => {
    const source = PLUGIN.replace('hello-header', 'quota-notes');
    const { reference } = await publishPlugin(source, `${repository}-notes`, {
      signer: createKeySigner(key),
    });
    const error = await expectError(
      () => exportArtifact(reference, to('operator')),
      'PLUGIN_REFUSED',
    );
    expect(error.message).toContain('kong/plugins/quota-notes/daos.lua');
  });
});
