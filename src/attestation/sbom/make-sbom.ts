import { makeCycloneDx } from './make-cyclonedx.ts';
import { makeSpdx } from './make-spdx.ts';
import type { SbomOptions, Software } from './software.ts';

/** An SBOM of a plugin, to be written as JSON. */
export function makeSbom(
  format: 'spdx' | 'cyclonedx',
  software: Software,
  options: SbomOptions,
): object {
  return format === 'spdx' ? makeSpdx(software, options) : makeCycloneDx(software, options);
}
