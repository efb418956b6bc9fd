import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect } from 'vitest';
import { createRegistryStore } from '../../../src/registry/registry-store.ts';
import {
  makeKeyFiles,
  pushUnsigned,
  type KeyFiles,
  type Place,
} from '../../local-sigstore/support.ts';
import { pushIndex } from '../../signing/support.ts';
import type { CosignCell } from '../../support/local-sigstore/cosign-cell.ts';
import { signWithCosign } from '../../support/local-sigstore/sign-with-cosign.ts';
import { runPeer } from '../../support/must-succeed.ts';
import { makeArtifact, pushArtifact } from '../../support/small-artifact.ts';
import { temporaryDirectory } from '../../support/temporary-directory.ts';
import {
  expectCosignVerifies,
  expectOwnVerifies,
  type SigningCell,
} from '../signing/kongcrate-signs.ts';

/** References by digest; the first names what is copied. */
export type References = readonly [string, ...string[]];

/** Where the servers are, and the keys of two who sign. */
export interface CopyPlace extends Place {
  readonly second: KeyFiles;
}

/** Something that the real cosign signed, and who has to find it wherever it is copied. */
export interface CopyScenario {
  readonly name: string;
  /** Pushes and signs it. */
  make(place: CopyPlace): Promise<References>;
  /** Signatures that are at each of the references. */
  readonly cells: readonly SigningCell[];
  /** Both people signed. */
  readonly isByTwo?: boolean;
  readonly hasAttestations?: boolean;
}

const LEGACY: CosignCell = { cosign: 2, format: 'legacy', material: 'key', log: 'none' };
const BUNDLE: CosignCell = { cosign: 3, format: 'bundle', material: 'key', log: 'none' };
const KEYLESS: CosignCell = { cosign: 2, format: 'legacy', material: 'keyless', log: 'rekor1' };
const KEYLESS_BUNDLE: CosignCell = {
  ...{ cosign: 3, format: 'bundle', material: 'keyless', log: 'rekor2+tsa' },
};

async function sign(
  place: CopyPlace,
  reference: string,
  cells: readonly CosignCell[],
): Promise<void> {
  for (const cell of cells) {
    const signing = { ...cell, reference, key: place.mine.key };
    const { status, stderr } = await signWithCosign(place.sigstore, signing);
    expect(status, stderr).toBe(0);
  }
}

const signed = (name: string, cells: readonly CosignCell[]): CopyScenario => ({
  name,
  cells,
  make: async (place: CopyPlace): Promise<References> => {
    const reference = await pushUnsigned(place.host, `copied, ${name}`);
    await sign(place, reference, cells);
    return [reference];
  },
});

/** Everything that cosign leaves beside what it signs. */
export const COPY_SCENARIOS: readonly CopyScenario[] = [
  signed('legacy by key', [LEGACY]),
  signed('bundle by key', [BUNDLE]),
  signed('both by key', [LEGACY, BUNDLE]),
  signed('keyless', [KEYLESS, KEYLESS_BUNDLE]),
  {
    name: 'two signers',
    cells: [LEGACY, BUNDLE],
    isByTwo: true,
    make: async (place: CopyPlace): Promise<References> => {
      const reference = await pushUnsigned(place.host, 'copied, two signers');
      for (const mine of [place.mine, place.second])
        await sign({ ...place, mine }, reference, [LEGACY, BUNDLE]);
      return [reference];
    },
  },
  {
    name: 'attestations',
    cells: [LEGACY],
    hasAttestations: true,
    make: async (place: CopyPlace): Promise<References> => {
      const reference = await pushUnsigned(place.host, 'copied, attestations');
      await sign(place, reference, [LEGACY]);
      await attest(place, reference);
      return [reference];
    },
  },
  {
    name: 'index with children',
    cells: [LEGACY, BUNDLE],
    make: async (place: CopyPlace): Promise<References> => {
      const references = await pushUnsignedIndex(place.host);
      for (const reference of references) await sign(place, reference, [LEGACY, BUNDLE]);
      return references;
    },
  },
];

async function attest({ sigstore, mine }: CopyPlace, reference: string): Promise<void> {
  const predicate = join(temporaryDirectory(), 'predicate.json');
  writeFileSync(predicate, '{"built":"by hand"}');
  const what = ['attest', '--yes', '--key', mine.key, '--predicate', predicate, reference];
  await runPeer('cosign2', [...what, '--tlog-upload=false']);
  const config = ['--signing-config', sigstore.signingConfig('none')];
  await runPeer('cosign3', [...what, ...config, '--trusted-root', sigstore.trustedRoot.file]);
}

/** Manifests for two platforms under an index; the index is first. */
async function pushUnsignedIndex(host: string): Promise<References> {
  const repository = 'acme/index';
  const store = createRegistryStore({ host, repository });
  const children = [makeArtifact('first child'), makeArtifact('second child')];
  for (const child of children) await pushArtifact(store, child);
  const manifests = children.map(({ manifest }, at) => ({
    ...manifest,
    platform: { os: 'linux', architecture: at === 0 ? 'amd64' : 'arm64' },
  }));
  const index = await pushIndex(store, manifests);
  store.close();
  const at = (digest: string): string => `${host}/${repository}@${digest}`;
  return [at(index.digest), ...manifests.map(({ digest }) => at(digest))];
}

/** Adds a second person's keys. */
export async function withSecondSigner(place: Place): Promise<CopyPlace> {
  return { ...place, second: await makeKeyFiles() };
}

/** Demands that both cosigns trust everything in a repository. */
export async function expectCosignTrusts(
  place: CopyPlace,
  scenario: CopyScenario,
  references: readonly string[],
): Promise<void> {
  for (const mine of signersOf(place, scenario))
    for (const reference of references)
      for (const cell of scenario.cells)
        await expectCosignVerifies({ ...place, mine }, cell, reference);
  if (scenario.hasAttestations !== true) return;
  const flags = ['verify-attestation', '--key', place.mine.publicKey, '--insecure-ignore-tlog'];
  for (const [cosign, ...more] of [
    ['cosign2'],
    ['cosign3', '--trusted-root', place.sigstore.trustedRoot.file],
    ['cosign3', '--trusted-root', place.sigstore.trustedRoot.file, '--new-bundle-format=false'],
  ] as const)
    await runPeer(cosign, [...flags, ...more, references[0] ?? '']);
}

/** Demands that kongcrate trusts every reference, wherever it stands. */
export async function expectOwnTrusts(
  place: CopyPlace,
  scenario: CopyScenario,
  references: readonly string[],
): Promise<void> {
  for (const mine of signersOf(place, scenario))
    for (const reference of references)
      for (const cell of scenario.cells)
        await expectOwnVerifies({ ...place, mine }, cell, reference);
}

function signersOf({ mine, second }: CopyPlace, { isByTwo }: CopyScenario): readonly KeyFiles[] {
  return isByTwo === true ? [mine, second] : [mine];
}
