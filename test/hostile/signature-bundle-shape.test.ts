import { describe, expect, it } from 'vitest';
import { describe as describeBytes } from '../../src/content/descriptor.ts';
import type { ErrorCode } from '../../src/errors/catalogue.ts';
import { OCI_EMPTY } from '../../src/reference/media-types.ts';
import { expectError } from '../support/expect-error.ts';
import {
  makeKey,
  pushBundle,
  pushManifest,
  signedBundle,
  statementFor,
  storeWithSubject,
  toBytes,
  verifyWith,
} from '../signing/support.ts';

const trusted = await makeKey();
const other = await makeKey();
const signedAs = (statement: object): object => signedBundle(trusted, statement);

describe('what holds a bundle, and what stands beside it', () => {
  it('21 pretty JSON', async () => {
    const place = await storeWithSubject();
    const bundle = signedAs(statementFor(place.subject.descriptor.digest));
    await pushBundle(place, JSON.stringify(bundle, null, 2));
    await verifyWith([trusted], place);
  });

  it('24 a bundle of another key beside the good one', async () => {
    const place = await storeWithSubject();
    const { digest } = place.subject.descriptor;
    await pushBundle(place, signedBundle(other, statementFor(digest)));
    await pushBundle(place, 'garbage');
    await pushBundle(place, signedAs(statementFor(digest)));
    await verifyWith([trusted], place);
  });

  it.each<[string, (digest: string) => object, ErrorCode | undefined]>([
    ['12 other artifactTypes', () => ({ artifactType: 'application/x' }), undefined],
    ['12b no artifactType', () => ({ artifactType: undefined }), undefined],
    [
      '13 a layer called JSON is no bundle',
      () => ({ layers: [{ ...describeBytes('application/json', toBytes('x')) }] }),
      'NO_SIGNATURE',
    ],
  ])('%s', async (_what, manifest, code) => {
    const place = await storeWithSubject();
    const { digest } = place.subject.descriptor;
    await pushBundle(place, signedAs(statementFor(digest)), manifest(digest));
    if (code) await expectError(() => verifyWith([trusted], place), code);
    else await verifyWith([trusted], place);
  });

  it('26 two layers are no bundle', async () => {
    const place = await storeWithSubject();
    const good = toBytes(signedAs(statementFor(place.subject.descriptor.digest)));
    const layer = describeBytes('application/vnd.dev.sigstore.bundle.v0.3+json', good);
    await place.store.push(layer, good);
    await pushManifest(place.store, {
      config: describeBytes(OCI_EMPTY, toBytes('{}')),
      layers: [layer, layer],
      subject: place.subject.descriptor,
    });
    await expectError(() => verifyWith([trusted], place), 'NO_SIGNATURE');
  });

  it.each([
    ['28 equal', '0.1.0', undefined],
    ['29 another value', '9', 'SIGNATURE_MISMATCH' as const],
  ])('-a: %s', async (_what, version, code) => {
    const place = await storeWithSubject();
    const { digest } = place.subject.descriptor;
    const subject = [{ digest: { sha256: digest.slice(7) }, annotations: { version: '0.1.0' } }];
    await pushBundle(place, signedAs(statementFor(digest, { subject })));
    const verify = () => verifyWith([trusted], place, { annotations: { version } });
    if (code) await expectError(verify, code);
    else await verify();
  });

  it('log entries beside a key signature are set aside and said so', async () => {
    const place = await storeWithSubject();
    const entry = {
      logIndex: '1',
      logId: { keyId: 'AAAA' },
      kindVersion: { kind: 'dsse', version: '0.0.1' },
      integratedTime: '1',
      inclusionProof: { checkpoint: { envelope: 'x' }, hashes: [], treeSize: '1' },
      canonicalizedBody: 'AAAA',
    };
    const bundle = {
      ...signedAs(statementFor(place.subject.descriptor.digest)),
      verificationMaterial: { publicKey: { hint: 'x' }, tlogEntries: [entry] },
    };
    await pushBundle(place, bundle);
    const { trust } = await verifyWith([trusted], place);
    expect(trust).toMatchObject({ signers: [{ formats: ['bundle'], log: 'not checked' }] });
  });

  it('a bundle of more than 1 MiB is not read', async () => {
    const place = await storeWithSubject();
    const bundle = signedAs(statementFor(place.subject.descriptor.digest));
    await pushBundle(place, { ...bundle, padding: 'x'.repeat(1024 * 1024) });
    await expectError(() => verifyWith([trusted], place), 'CONTENT_TOO_LARGE');
  });
});
