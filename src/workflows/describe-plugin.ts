import type { Build } from '../attestation/provenance/build.ts';
import { describeBuild, PROVENANCE_TYPE } from '../attestation/provenance/describe-build.ts';
import { hexOf } from '../reference/digest.ts';
import type { Predicate } from '../signing/prepare-attestation.ts';
import type { PreparedArtifact } from './prepare-artifact.ts';

export type SbomFormat = 'spdx' | 'cyclonedx';

/** What is to be attested of a plugin that is published. */
export interface Description {
  /** The build that publishes it. */
  readonly provenance?: Build;
  readonly sboms?: readonly SbomFormat[];
  /** Of kongcrate. */
  readonly toolVersion: string;
}

const SBOM_TYPES = {
  spdx: 'https://spdx.dev/Document',
  cyclonedx: 'https://cyclonedx.org/bom',
} as const;

/** The predicates that describe a plugin: its build, and what it is made of. */
export async function describePlugin(
  { artifact, software }: PreparedArtifact,
  { provenance: build, sboms = [], toolVersion: version }: Description,
  {
    startedAt,
    created = new Date(0),
  }: { readonly startedAt: Date; readonly created?: Date | undefined },
): Promise<readonly Predicate[]> {
  const options = { hex: hexOf(artifact.manifest.digest), created, version };
  const predicates: Predicate[] = [];
  if (build)
    predicates.push({
      predicateType: PROVENANCE_TYPE,
      predicate: JSON.stringify(describeBuild({ build, version, startedAt })),
    });
  if (sboms.length === 0) return predicates;
  const { makeSbom } = await import('../attestation/sbom/make-sbom.ts');
  for (const format of sboms)
    predicates.push({
      predicateType: SBOM_TYPES[format],
      predicate: JSON.stringify(makeSbom(format, software, options)),
    });
  return predicates;
}
