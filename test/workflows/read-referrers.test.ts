import { describe, expect, it } from 'vitest';
import { renderInspection } from '../../src/cli/print-inspection.ts';
import { describe as describeBytes, type Descriptor } from '../../src/content/descriptor.ts';
import { MemoryStore } from '../../src/content/memory-store.ts';
import { digestOf, type Digest } from '../../src/reference/digest.ts';
import { OCI_CONFIG, OCI_MANIFEST } from '../../src/reference/media-types.ts';
import { readReferrers } from '../../src/workflows/read-referrers.ts';

const config = describeBytes(OCI_CONFIG, Buffer.from('{}'));

/** Knows who names whom, and counts how often it is asked. */
class CountingStore extends MemoryStore {
  lookups: Digest[] = [];
  readonly #known = new Map<Digest, Descriptor[]>();

  refer(subject: Descriptor | undefined, name: string): Descriptor {
    const bytes = Buffer.from(name);
    const descriptor = describeBytes(OCI_MANIFEST, bytes);
    const digest = subject?.digest ?? digestOf(Buffer.from('nobody'));
    this.#known.set(digest, [...(this.#known.get(digest) ?? []), descriptor]);
    return descriptor;
  }

  override referrers(subject: Digest): Promise<readonly Descriptor[]> {
    this.lookups.push(subject);
    return Promise.resolve(this.#known.get(subject) ?? []);
  }
}

const subject = describeBytes(OCI_MANIFEST, Buffer.from('subject'));

describe('readReferrers', () => {
  it('follows what names what names the subject', async () => {
    const store = new CountingStore();
    const attestation = store.refer(subject, 'attestation');
    const signature = store.refer(attestation, 'signature');
    const other = store.refer(subject, 'other');
    const tree = await readReferrers(store, subject.digest, {});
    expect(tree).toEqual({
      referrers: [
        { descriptor: attestation, referrers: [{ descriptor: signature, referrers: [] }] },
        { descriptor: other, referrers: [] },
      ],
      omitted: 0,
      unsearched: 0,
    });
    expect(store.lookups).toHaveLength(4);
  });

  it('asks for each subject once, though manifests name each other', async () => {
    const store = new CountingStore();
    const a = store.refer(subject, 'a');
    store.refer(a, 'a');
    store.refer(a, 'subject');
    await readReferrers(store, subject.digest, {});
    expect(store.lookups).toEqual([subject.digest, a.digest]);
  });

  it('goes four levels down', async () => {
    const store = new CountingStore();
    let last = subject;
    for (const name of 'abcdef') last = store.refer(last, name);
    const tree = await readReferrers(store, subject.digest, {});
    expect(JSON.stringify(tree).match(/"descriptor"/g)).toHaveLength(4);
    expect(store.lookups).toHaveLength(4);
  });

  it('is bounded, and says how much it left out', async () => {
    const store = new CountingStore();
    for (let index = 0; index < 1_005; index++) store.refer(subject, `${index}`);
    const tree = await readReferrers(store, subject.digest, {});
    expect(tree.referrers).toHaveLength(1_000);
    expect(tree).toMatchObject({ omitted: 5, unsearched: 985 });
    expect(store.lookups).toHaveLength(16);
    const text = renderInspection({
      kind: 'artifact',
      reference: 'oci-layout:x',
      repository: 'localhost/x',
      subject,
      document: { kind: 'manifest', mediaType: OCI_MANIFEST, config, layers: [], annotations: {} },
      ...tree,
    });
    expect(text).toMatch(/and 5 more referrers\nbelow 985 of them nothing was looked for$/);
  });
});
