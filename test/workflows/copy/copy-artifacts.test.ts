import { beforeAll, describe, expect, it } from 'vitest';
import {
  copyArtifacts,
  type CopiedArtifact,
  type CopyReport,
} from '../../../src/workflows/copy/copy-artifacts.ts';
import { signatureTagOf } from '../../../src/reference/digest.ts';
import { verifyArtifact } from '../../../src/workflows/verify-artifact.ts';
import { signWith } from '../../signing/support.ts';
import { publish } from '../../support/published.ts';
import { startTestRegistry, type TestRegistry } from '../../support/test-registry.ts';
import { KINDS, newPlace, OPTIONS, storeAt, type PlaceKind } from './places.ts';
import { makeRichArtifact, type RichArtifact } from './rich-artifact.ts';

let rich: RichArtifact;
let registry: TestRegistry;
const hosts = { registry: '', 'old registry': '' };

beforeAll(async () => {
  rich = await makeRichArtifact();
  registry = await startTestRegistry();
  const old = await startTestRegistry({ referrersApi: false, entityTags: 'none' });
  Object.assign(hosts, { registry: registry.host, 'old registry': old.host });
});

const copy = (source: string, target: string): Promise<CopyReport> =>
  copyArtifacts([source], target, OPTIONS);

/** What went along, sorted: the same wherever it came from. */
function listOf(artifact: CopiedArtifact | undefined): readonly string[] {
  return (artifact?.contents ?? []).map(({ kind, digest }) => `${kind} ${digest}`).sort();
}

const CELLS = KINDS.flatMap((from) => KINDS.map((to) => [from, to] as const));

describe.each(CELLS)('from %s to %s', (from: PlaceKind, to: PlaceKind) => {
  it('everything arrives, with its digest', async () => {
    const [start, end] = [newPlace(from, hosts), newPlace(to, hosts)];
    const first = await copyArtifacts(
      [`${rich.place}:1.0.0`, `${rich.place}:index`],
      start,
      OPTIONS,
    );
    const tags = ['1.0.0', 'index'];
    const next = await copyArtifacts(
      tags.map((tag) => `${start}:${tag}`),
      end,
      OPTIONS,
    );
    expect(next.artifacts.map(listOf)).toEqual(first.artifacts.map(listOf));
    expect(next.artifacts.map(({ contents }) => contents.length)).toEqual([9, 11]);
    const keys = rich.keys.map(({ publicKey }) => publicKey);
    const plugin = await verifyArtifact(`${end}:1.0.0`, { ...OPTIONS, keys, threshold: 2 });
    expect(plugin.subject.trust).toMatchObject({
      signers: [{ formats: ['legacy', 'bundle'] }, { formats: ['legacy', 'bundle'] }],
    });
    expect(next.artifacts.map(({ digest }) => digest)).toEqual([
      rich.plugin.digest,
      rich.index.digest,
    ]);
  });
});

describe('a second copy', () => {
  it.each(['registry', 'old registry', 'layout'] as const)(
    'to a %s finds everything there',
    async (kind) => {
      const end = newPlace(kind, hosts);
      await copy(`${rich.place}:1.0.0`, end);
      const again = await copy(`${rich.place}:1.0.0`, end);
      const states = again.artifacts[0]?.contents.map(({ state }) => state);
      expect(new Set(states)).toEqual(new Set(['there']));
    },
  );

  it.each(['registry', 'old registry', 'layout'] as const)(
    'to a %s keeps signatures that only the target has',
    async (kind) => {
      const [ours, theirs] = rich.keys;
      if (!ours || !theirs) throw new Error('two keys are needed');
      const one = await publish({ key: ours });
      const other = await publish({ key: theirs });
      const end = newPlace(kind, hosts);
      await copy(one.reference, end);
      const report = await copy(other.reference, end);
      const states = report.artifacts[0]?.contents.map((c) => [c.kind, c.state]);
      expect(states).toEqual([
        ['artifact', 'there'],
        ['referrer', 'new'],
        ['signatures', 'merged'],
      ]);
      const keys = [ours.publicKey, theirs.publicKey];
      const { subject } = await verifyArtifact(`${end}:1.0.0`, { ...OPTIONS, keys, threshold: 2 });
      expect(subject.trust).toMatchObject({
        signers: [{ formats: ['legacy', 'bundle'] }, { formats: ['legacy', 'bundle'] }],
      });
      // The signatures that were replaced are no artifact: without a tag there is only one.
      if (kind === 'layout') await verifyArtifact(end, { keys });
    },
  );
});

describe('a copy', () => {
  it('takes the source manifest as it is where the target has less', async () => {
    const [ours, theirs] = rich.keys;
    if (!ours || !theirs) throw new Error('two keys are needed');
    const published = await publish({ key: ours });
    const end = newPlace('layout', hosts);
    await copy(published.reference, end);
    await signWith(theirs, published, { repository: 'localhost/layout' });
    await copy(published.reference, end);
    const tag = signatureTagOf(published.subject.descriptor.digest);
    expect((await storeAt(end).resolve(tag)).digest).toBe(
      (await published.store.resolve(tag)).digest,
    );
  });

  it('sets the tag last', async () => {
    const end = newPlace('registry', hosts);
    await copy(`${rich.place}:1.0.0`, end);
    const puts = registry.requests(new RegExp(end.slice(end.indexOf('/') + 1)));
    expect(puts.filter((line) => line.startsWith('PUT')).at(-1)).toContain('/manifests/1.0.0');
  });

  it('within a registry sends no layer', async () => {
    const [start, end] = [newPlace('registry', hosts), newPlace('registry', hosts)];
    await copy(`${rich.place}:1.0.0`, start);
    await copy(`${start}:1.0.0`, end);
    const path = end.slice(end.indexOf('/') + 1);
    const uploads = registry.requests(new RegExp(`${path}/blobs/uploads`));
    expect(uploads.every((line) => line.startsWith('POST') && line.endsWith(' 201'))).toBe(true);
  });

  it('brings signatures home that are kept in another repository', async () => {
    const [start, elsewhere] = [newPlace('registry', hosts), newPlace('registry', hosts)];
    const unsigned = await publish({});
    await copy(unsigned.reference, start);
    const subject = { repository: start, descriptor: unsigned.subject.descriptor };
    const [key] = rich.keys;
    if (!key) throw new Error('a key is needed');
    await signWith(key, { store: storeAt(elsewhere), subject }, { repository: start });
    const end = newPlace('archive', hosts);
    await copyArtifacts([`${start}:1.0.0`], end, { ...OPTIONS, signatureRepository: elsewhere });
    await verifyArtifact(`${end}:1.0.0`, { keys: [key.publicKey] });
  });
});
