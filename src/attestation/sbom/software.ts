import type { ArchivedFile } from '../../content/extraction-plan.ts';

/** A plugin as an SBOM lists it. */
export interface Software {
  readonly name: string;
  readonly version: string;
  /** As the rockspec has it: an SPDX expression, or any other text. */
  readonly license?: string;
  /** Relative to the Lua root, in the archive's order. */
  readonly files: readonly ArchivedFile[];
  readonly dependencies: readonly SoftwareDependency[];
}

/** A rock that it needs. */
export interface SoftwareDependency {
  /** The user whose rock it must be. */
  readonly namespace?: string;
  readonly name: string;
  /** Such as `>= 1.0, < 2.0`; empty for any version. */
  readonly constraints: string;
  readonly providedBy: 'kong' | 'package' | 'nobody';
}

/** What makes a document of it, beside the plugin. */
export interface SbomOptions {
  /** The digest of what is described, 64 hexadecimal digits: ids are made of it. */
  readonly hex: string;
  /** From SOURCE_DATE_EPOCH; default 1970. */
  readonly created: Date;
  /** Of kongcrate. */
  readonly version: string;
}

/** A package URL of a rock (purl-spec, "luarocks"). */
export function purlOf({
  namespace,
  name,
}: Pick<SoftwareDependency, 'namespace' | 'name'>): string {
  const path = namespace === undefined ? [name] : [namespace, name];
  return `pkg:luarocks/${path.map(encodeURIComponent).join('/')}`;
}

/** In whole seconds, as both formats want it. */
export function timeOf(date: Date): string {
  return `${date.toISOString().slice(0, 19)}Z`;
}

/** RFC 9562, 5.8: a UUID of one's own making, here out of the digest. */
export function uuidOf(hex: string): string {
  const variant = ((Number.parseInt(hex.slice(16, 17), 16) & 3) | 8).toString(16);
  return [
    hex.slice(0, 8),
    hex.slice(8, 12),
    `8${hex.slice(13, 16)}`,
    `${variant}${hex.slice(17, 20)}`,
    hex.slice(20, 32),
  ].join('-');
}
