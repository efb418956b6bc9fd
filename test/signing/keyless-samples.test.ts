import { describe, expect, it } from 'vitest';
import { describe as describeBytes, type Descriptor } from '../../src/content/descriptor.ts';
import { MemoryStore } from '../../src/content/memory-store.ts';
import type { VerifiedSubject } from '../../src/content/verified-subject.ts';
import { signatureTagOf } from '../../src/reference/digest.ts';
import { OCI_MANIFEST, SIMPLE_SIGNING } from '../../src/reference/media-types.ts';
import { createSignatureVerifier } from '../../src/signing/create-signature-verifier.ts';
import { readPublicKey } from '../../src/signing/public-key.ts';
import type { LogDemand } from '../../src/signing/signer-demand.ts';
import { encodeSimpleSigning } from '../../src/signing/simple-signing.ts';
import { exactly } from '../../src/signing/text-demand.ts';
import type { SignaturePolicy } from '../../src/signing/verifier-policy.ts';
import { expectError } from '../support/expect-error.ts';
import { pushBundle, sample } from './support.ts';

/** cosign made all of these in November 2026 with certificates of ten minutes. */
const MANIFEST = sample('01-upload-blob/manifest.json');
const SUBJECT = describeBytes(OCI_MANIFEST, MANIFEST);
const IDENTITY = 'https://github.com/foo/bar/.github/workflows/release.yml@refs/heads/main';
const ISSUER = 'https://token.actions.githubusercontent.com';
const ENTRY = 'dev.sigstore.cosign/bundle';

const text = (path: string): string => sample(`08-keyless/${path}`).toString();
const ROOT = text('trusted_root.json');
const ROOT_OF_REKOR2 = text('rekorv2.trusted_root.json');

interface Entry {
  SignedEntryTimestamp: string;
  Payload: { body: string; integratedTime: number; logIndex: number; logID: string };
  extra?: string;
}

async function storeWithLegacy(
  name: string,
  change?: (annotations: Record<string, string>) => void,
): Promise<MemoryStore> {
  const store = new MemoryStore();
  await store.push(SUBJECT, MANIFEST);
  const repository = `127.0.0.1:24711/kr/${name}`;
  const payload = encodeSimpleSigning({ digest: SUBJECT.digest, repository, annotations: {} });
  await store.push(describeBytes(SIMPLE_SIGNING, payload), payload);
  const document = JSON.parse(text(`${name}.sig-manifest.json`)) as { layers: [Descriptor] };
  change?.(document.layers[0].annotations as Record<string, string>);
  const bytes = Buffer.from(JSON.stringify(document));
  await store.push(describeBytes(OCI_MANIFEST, bytes), bytes);
  await store.tag(describeBytes(OCI_MANIFEST, bytes), signatureTagOf(SUBJECT.digest));
  return store;
}

async function storeWithBundle(name: string): Promise<MemoryStore> {
  const store = new MemoryStore();
  await store.push(SUBJECT, MANIFEST);
  const subject = { repository: 'r.example/x', descriptor: SUBJECT };
  await pushBundle({ store, subject }, JSON.parse(text(`${name}.bundle.json`)));
  return store;
}

const storeWith = (name: string): Promise<MemoryStore> =>
  name.startsWith('leg') ? storeWithLegacy(name) : storeWithBundle(name);

function byIdentity(trustedRoot: string, log?: LogDemand): SignaturePolicy {
  const identity = exactly(IDENTITY, 'identity');
  const signers = [{ kind: 'identity', identity, issuer: exactly(ISSUER, 'issuer') }] as const;
  return { demands: [{ signers, threshold: 1, ...(log ? { log } : {}) }], trustedRoot };
}

function byKey(name: string): SignaturePolicy {
  const key = readPublicKey(sample(`03-keys/${name}.cosign.pub`).toString());
  return { demands: [{ signers: [{ kind: 'key', key }], threshold: 1 }], trustedRoot: ROOT };
}

function verify(store: MemoryStore, policy: SignaturePolicy): Promise<VerifiedSubject> {
  const reference = { repository: 'r.example/x', descriptor: SUBJECT };
  return createSignatureVerifier(policy).verify(reference, store);
}

describe('what cosign signed without a key', () => {
  it.each([
    ['leg2', ROOT, undefined, 1],
    ['leg3', ROOT, undefined, 1],
    ['leg2tsa', ROOT, undefined, 2],
    ['leg2tsaonly', ROOT, 'waived', 1],
    ['new', ROOT, undefined, 1],
    ['newtsa', ROOT, undefined, 2],
    ['newtsaonly', ROOT, 'waived', 1],
    ['rekorv2', ROOT_OF_REKOR2, undefined, 1],
  ] as const)('%s', async (name, root, log, mostTimes) => {
    const { trust, evidence } = await verify(await storeWith(name), byIdentity(root, log));
    expect(trust).toMatchObject({
      kind: 'signed',
      signers: [
        {
          kind: 'certificate',
          subject: IDENTITY,
          issuer: ISSUER,
          formats: [name.startsWith('leg') ? 'legacy' : 'bundle'],
        },
      ],
    });
    const times = trust.kind === 'signed' ? trust.signers.flatMap((signer) => signer.times) : [];
    expect(times.length).toBeGreaterThan(0);
    expect(times.length).toBeLessThanOrEqual(mostTimes);
    // What is kept is enough to decide the same again, without any store.
    const again = await verify(new MemoryStore(evidence), byIdentity(root, log));
    expect(again.trust).toEqual(trust);
  });

  it.each(['leg2', 'leg2tsaonly', 'new', 'newtsaonly', 'rekorv2'])(
    '%s, for somebody else: 13; under another root: not at all',
    async (name) => {
      const root = name === 'rekorv2' ? ROOT_OF_REKOR2 : ROOT;
      const policy = byIdentity(root, 'optional');
      const [demand] = policy.demands;
      const signers = [
        { kind: 'identity', identity: exactly('x', 'i'), issuer: exactly(ISSUER, 'i') },
      ] as const;
      const demands = [{ ...demand, threshold: 1, signers }];
      const store = await storeWith(name);
      const error = await expectError(
        () => verify(store, { ...policy, demands }),
        'CERTIFICATE_MISMATCH',
      );
      expect(error.exitCode).toBe(13);
      expect(error.message).toContain(IDENTITY);
      await expectError(() => verify(store, { demands: policy.demands }), 'SIGNATURE_MISMATCH');
    },
  );

  it.each(['leg2tsaonly', 'newtsaonly'])('%s without a log: 12', async (name) => {
    const store = await storeWith(name);
    const error = await expectError(() => verify(store, byIdentity(ROOT)), 'SIGNATURE_MISMATCH');
    expect(error.message).toContain('no transparency log');
  });

  it.each(['leg2', 'new'])('%s with the log waived and no timestamp: 12', async (name) => {
    const store = await storeWith(name);
    await expectError(() => verify(store, byIdentity(ROOT, 'waived')), 'SIGNATURE_MISMATCH');
  });
});

describe('what cosign signed with a key and logged', () => {
  it.each([
    ['leg2key', 'v3'],
    ['leg3key', 'v3'],
    ['keyrekor', 'v3'],
  ])('%s', async (name, key) => {
    const store = await storeWith(name);
    const { trust } = await verify(store, byKey(key));
    expect(trust).toMatchObject({ signers: [{ kind: 'key', log: 'verified' }] });
    const { demands } = byKey(key);
    const unknown = await verify(store, { demands });
    expect(unknown.trust).toMatchObject({ signers: [{ log: 'not checked', times: [] }] });
  });
});

/** Both cosigns answered the same to each of these. */
describe('a log entry in annotations, tampered with', () => {
  const inEntry =
    (change: (entry: Entry) => void) =>
    (annotations: Record<string, string>): void => {
      const entry = JSON.parse(annotations[ENTRY] ?? '') as Entry;
      change(entry);
      annotations[ENTRY] = JSON.stringify(entry, null, 1);
    };
  const inBody = (from: RegExp, to: string) =>
    inEntry(({ Payload }) => {
      const body = Buffer.from(Payload.body, 'base64').toString();
      expect(body).toMatch(from);
      Payload.body = Buffer.from(body.replace(from, to)).toString('base64');
    });
  const other = JSON.parse(text('leg2tsa.sig-manifest.json')) as { layers: [Descriptor] };
  const changes: readonly [string, boolean, (annotations: Record<string, string>) => void][] = [
    ['R02 integratedTime', false, inEntry(({ Payload }) => (Payload.integratedTime += 1))],
    ['R03 logIndex', false, inEntry(({ Payload }) => (Payload.logIndex += 1))],
    ['R04 logID', false, inEntry(({ Payload }) => (Payload.logID = '00'.repeat(32)))],
    [
      'R05 the promise',
      false,
      inEntry((entry) => (entry.SignedEntryTimestamp = entry.SignedEntryTimestamp.slice(4))),
    ],
    [
      'R06 the entry of another signature',
      false,
      (annotations) => (annotations[ENTRY] = other.layers[0].annotations?.[ENTRY] ?? ''),
    ],
    ['R07 the hash in it', false, inBody(/"value":"../, '"value":"00')],
    [
      'R08 the key in it',
      false,
      inBody(/"publicKey":\{"content":"..../, '"publicKey":{"content":"AAAA'),
    ],
    ['R09 its order and blanks', true, inEntry(({ Payload }) => Payload.body)],
    ['R10 it is taken away', false, (annotations) => (annotations[ENTRY] = '')],
    ['R11 a field nobody knows', true, inEntry((entry) => (entry.extra = 'x'))],
  ];

  it.each(changes)('%s: %s', async (_what, holds, change) => {
    const store = await storeWithLegacy('leg2', change);
    const verifying = () => verify(store, byIdentity(ROOT));
    if (holds) await verifying();
    else await expectError(verifying, 'SIGNATURE_MISMATCH');
  });
});
