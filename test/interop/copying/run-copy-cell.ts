import { expect } from 'vitest';
import { newPlace, OPTIONS, type PlaceKind } from '../../workflows/copy/places.ts';
import { copyArtifacts, type CopyReport } from '../../../src/workflows/copy/copy-artifacts.ts';
import { signatureTagOf, type Digest } from '../../../src/reference/digest.ts';
import { peer } from '../../support/peers.ts';
import { runPeer } from '../../support/must-succeed.ts';
import { run } from '../../support/run.ts';
import {
  expectCosignTrusts,
  expectOwnTrusts,
  type CopyPlace,
  type CopyScenario,
  type References,
} from './copy-scenarios.ts';

export interface CopyCell {
  readonly scenario: CopyScenario;
  /** What the scenario made. */
  readonly references: References;
  readonly from: PlaceKind;
  readonly to: PlaceKind;
}

type Hosts = Readonly<Record<'registry' | 'old registry', string>>;

const TAG = '1.0.0';

/**
 * Copies from one place to the other, and on to a registry where the real programs cannot read the
 * other; demands that all of it is found at each place, and is the same as where it was signed.
 */
export async function runCopyCell(place: CopyPlace, hosts: Hosts, cell: CopyCell): Promise<void> {
  const { scenario, references, from, to } = cell;
  const digests = references.map(digestIn);
  const [start, end] = [newPlace(from, hosts), newPlace(to, hosts)];
  const first = await copyArtifacts([references[0]], `${start}:${TAG}`, OPTIONS);
  const second = await copyArtifacts([`${start}:${TAG}`], end, OPTIONS);
  expect(listOf(second)).toEqual(listOf(first));
  for (const one of [start, end])
    await expectOwnTrusts(
      place,
      scenario,
      digests.map((digest) => `${one}@${digest}`),
    );
  if (to === 'layout' || to === 'archive')
    await expectRead(end, digests[0] ?? expect.unreachable());
  const far = to === 'layout' || to === 'archive' ? newPlace('old registry', hosts) : end;
  if (far !== end) {
    const third = await copyArtifacts([`${end}:${TAG}`], far, OPTIONS);
    expect(listOf(third)).toEqual(listOf(first));
  }
  await expectCosignTrusts(
    place,
    scenario,
    digests.map((digest) => `${far}@${digest}`),
  );
  for (const [at, reference] of references.entries())
    expect(await evidenceOf(`${far}@${digests[at] ?? ''}`)).toEqual(await evidenceOf(reference));
  expect(await runPeer('crane', ['digest', `${far}:${TAG}`])).toBe(digests[0]);
}

const digestIn = (reference: string): Digest =>
  reference.slice(reference.indexOf('@') + 1) as Digest;

const listOf = ({ artifacts }: CopyReport): readonly string[] =>
  artifacts
    .flatMap(({ contents }) => contents.map(({ kind, digest }) => `${kind} ${digest}`))
    .sort();

/** oras and skopeo on what stands on this disk: `oci-layout:…` or `oci-archive:…`. */
async function expectRead(end: string, digest: Digest): Promise<void> {
  const path = end.slice(end.indexOf(':') + 1);
  const fetched = await runPeer('oras', [
    ...['manifest', 'fetch', '--oci-layout', '--descriptor', `${path}:${TAG}`],
  ]);
  expect(fetched).toContain(digest);
  const place = end.startsWith('oci-layout:') ? `oci:${path}` : end;
  const raw = await runPeer('skopeo', ['inspect', '--raw', `${place}:${TAG}`]);
  expect(raw).toContain('"schemaVersion"');
}

/** All that the real programs find beside a manifest in a registry, as digests. */
async function evidenceOf(reference: string): Promise<readonly string[]> {
  const [repository = ''] = reference.split('@');
  const signatures = signatureTagOf(digestIn(reference));
  const tags = [signatures, signatures.replace(/sig$/, 'att')];
  const found: string[] = [];
  for (const tag of tags) {
    const { stdout } = await run(peer('crane'), ['digest', `${repository}:${tag}`]);
    found.push(`${tag} ${stdout.trim()}`);
  }
  const flags = ['discover', '--format', 'json', '--plain-http', '--depth', '1', reference];
  const { referrers } = JSON.parse(await runPeer('oras', flags)) as {
    referrers: readonly { readonly digest: string }[];
  };
  return [...found, ...referrers.map(({ digest }) => digest).sort()];
}
