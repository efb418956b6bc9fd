import { generateKeyPairSync } from 'node:crypto';
import { expect, it } from 'vitest';
import type { ContentSnapshot } from '../../src/content/content-snapshot.ts';
import type { Descriptor } from '../../src/content/descriptor.ts';
import { MemoryStore } from '../../src/content/memory-store.ts';
import { KongcrateError } from '../../src/errors/kongcrate-error.ts';
import { digestOf, signatureTagOf, type Digest } from '../../src/reference/digest.ts';
import type { PrivateKey } from '../../src/signing/private-key.ts';
import { Random } from '../support/random.ts';
import { count, report, startSoak } from '../support/soak.ts';
import { makeKey, signWith, storeWithSubject, verifyWith } from './support.ts';

const FLIPS = 20_000;
const KEYS = [
  () => generateKeyPairSync('ec', { namedCurve: 'prime256v1' }),
  () => generateKeyPairSync('rsa', { modulusLength: 2048 }),
  () => generateKeyPairSync('ed25519'),
];

/** One signed subject, with what a store holds for one signature of one format. */
interface Signed {
  readonly key: PrivateKey;
  readonly subject: Awaited<ReturnType<typeof storeWithSubject>>['subject'];
  readonly evidence: ContentSnapshot;
  readonly counting: Counting;
}

/** The bytes that make a signature one of this subject. */
interface Counting {
  readonly digest: Digest;
  readonly payload: Buffer;
  readonly signature: Buffer;
}

interface SignatureDocument {
  readonly layers: readonly {
    readonly digest: Digest;
    readonly annotations?: Readonly<Record<string, string>>;
  }[];
}

interface BundleDocument {
  readonly dsseEnvelope: {
    readonly payload: string;
    readonly signatures: readonly { readonly sig: string }[];
  };
}

async function signOnce(
  makeKeyPair: (typeof KEYS)[number],
  format: 'legacy' | 'bundle',
): Promise<Signed> {
  const key = await makeKey(makeKeyPair);
  const place = await storeWithSubject({ 'dev.kongcrate.plugin.name': 'my-plugin' });
  await signWith(key, place, { format, annotations: { stage: 'prod' } });
  const { evidence } = await verifyWith([key], place);
  const { subject } = place;
  return { key, subject, evidence, counting: countingBytes(subject.descriptor.digest, evidence) };
}

/** Reads them out of accepted evidence without any code of ours. */
function countingBytes(digest: Digest, { tags, referrers, blobs }: ContentSnapshot): Counting {
  const parse = (name: Digest | undefined): unknown =>
    JSON.parse(Buffer.from((name && blobs.get(name)) ?? '').toString('utf8'));
  const [found = referrers[0]] = Object.values(tags);
  const { layers } = parse(found?.digest) as SignatureDocument;
  const signature = layers[0]?.annotations?.['dev.cosignproject.cosign/signature'];
  if (layers[0] && signature !== undefined) {
    const payload = Buffer.from(blobs.get(layers[0].digest) ?? '');
    return { digest, payload, signature: Buffer.from(signature, 'base64') };
  }
  const { dsseEnvelope } = parse(layers[0]?.digest) as BundleDocument;
  return {
    digest,
    payload: Buffer.from(dsseEnvelope.payload, 'base64'),
    signature: Buffer.from(dsseEnvelope.signatures[0]?.sig ?? '', 'base64'),
  };
}

function flip(bytes: Uint8Array, random: Random): Buffer {
  const flipped = Buffer.from(bytes);
  for (let left = 1 + random.below(3); left > 0; left -= 1) {
    const at = random.below(flipped.length);
    flipped[at] = (flipped[at] ?? 0) ^ (1 + random.below(255));
  }
  return flipped;
}

/** Flips bytes inside a base64 text of a document, so that it stays base64. */
function flipInside(document: Buffer, inner: Buffer, random: Random): Buffer {
  const text = document.toString('latin1');
  return Buffer.from(
    text.replace(inner.toString('base64'), () => flip(inner, random).toString('base64')),
    'latin1',
  );
}

/** Changes one blob of the evidence: anywhere, or inside the payload or signature it carries. */
function change({ evidence, counting }: Signed, random: Random): readonly [Digest, Buffer] {
  const digests = [...evidence.blobs.keys()];
  const digest = digests[random.below(digests.length)] ?? counting.digest;
  const bytes = Buffer.from(evidence.blobs.get(digest) ?? '');
  const inner = random.pick([undefined, counting.payload, counting.signature]);
  if (inner === undefined || !bytes.includes(inner.toString('base64')))
    return [digest, flip(bytes, random)];
  return [digest, flipInside(bytes, inner, random)];
}

/** A store that lists what it holds as a registry does, without looking at it. */
class UncheckedStore extends MemoryStore {
  override referrers(): ReturnType<MemoryStore['referrers']> {
    return Promise.resolve(this.snapshot().referrers);
  }
}

/** The evidence with changed bytes, still under the digest of the old ones. */
function withChanged({ evidence }: Signed, digest: Digest, bytes: Buffer): ContentSnapshot {
  return { ...evidence, blobs: new Map(evidence.blobs).set(digest, bytes) };
}

/**
 * The evidence with changed bytes whose digest was made to fit everywhere above them: in the
 * manifests, which nobody signs, in tags and lists. What is signed stays as it is.
 */
function withFitted(evidence: ContentSnapshot, old: Digest, bytes: Buffer): ContentSnapshot {
  const fitted = digestOf(bytes);
  const blobs = new Map(evidence.blobs);
  blobs.delete(old);
  blobs.set(fitted, bytes);
  const rename = (one: Descriptor): Descriptor =>
    one.digest === old ? { ...one, digest: fitted } : one;
  const tags = Object.entries(evidence.tags).map(([tag, one]) => [
    tag === signatureTagOf(old) ? signatureTagOf(fitted) : tag,
    rename(one),
  ]);
  const changed: ContentSnapshot = {
    tags: Object.fromEntries(tags) as ContentSnapshot['tags'],
    referrers: evidence.referrers.map(rename),
    blobs,
  };
  const parent = [...blobs].find(
    ([digest, blob]) => digest !== fitted && isManifest(blob) && Buffer.from(blob).includes(old),
  );
  if (!parent) return changed;
  const text = Buffer.from(parent[1]).toString('latin1').replaceAll(old, fitted);
  return withFitted(changed, parent[0], Buffer.from(text, 'latin1'));
}

function isManifest(blob: Uint8Array): boolean {
  return Buffer.from(blob).includes('"schemaVersion":2');
}

it(`${count(FLIPS)} changed signatures are refused unless the bytes that count are the same`, async () => {
  const random = startSoak('byte flips');
  const signed = await Promise.all(
    KEYS.flatMap((key) => [signOnce(key, 'legacy'), signOnce(key, 'bundle')]),
  );
  const codes = new Map<string, number>();
  for (let run = 0; run < FLIPS; run += 1) {
    const one = signed[run % signed.length];
    if (!one) continue;
    const [digest, bytes] = change(one, random);
    const isFitted = random.chance(0.8);
    const evidence = isFitted
      ? withFitted(one.evidence, digest, bytes)
      : withChanged(one, digest, bytes);
    const isSubject = isFitted && digest === one.counting.digest;
    const descriptor = {
      ...one.subject.descriptor,
      ...(isSubject ? { digest: digestOf(bytes) } : {}),
    };
    const place = { store: new UncheckedStore(evidence), subject: { ...one.subject, descriptor } };
    const outcome = await verifyWith([one.key], place).catch((error: unknown) => error);
    if (outcome instanceof Error && !(outcome instanceof KongcrateError)) throw outcome;
    const code = outcome instanceof KongcrateError ? outcome.code : 'accepted';
    codes.set(code, (codes.get(code) ?? 0) + 1);
    if (outcome instanceof KongcrateError) expect(['content', 'trust']).toContain(outcome.category);
    else
      expect(countingBytes(descriptor.digest, (outcome as Verified).evidence)).toEqual(
        one.counting,
      );
  }
  const table = [...codes].map(([code, times]) => `${code} ${count(times)}`).join(', ');
  report(
    `${count(FLIPS)} flips in manifests, payloads, signatures and bundles: ${table}; 0 accepted with other bytes that count`,
  );
  expect(codes.get('accepted')).toBeGreaterThan(0);
});

type Verified = Awaited<ReturnType<typeof verifyWith>>;
