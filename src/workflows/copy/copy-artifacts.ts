import { existsSync, realpathSync } from 'node:fs';
import { resolve } from 'node:path';
import type { CallOptions, StoreOptions } from '../../content/content-store.ts';
import { KongcrateError } from '../../errors/kongcrate-error.ts';
import { parseReference, type Reference } from '../../reference/reference.ts';
import type { Digest } from '../../reference/digest.ts';
import { DEFAULT_MAX_LAYER_BYTES } from '../fetch-layer.ts';
import { openPinned, openStore, type OpenOptions, type PinnedArtifact } from '../open-store.ts';
import { checkTarget } from '../push-plugin.ts';
import { copyArtifact, type CopiedContent } from './copy-artifact.ts';
import { openGoal, type Goal } from './open-goal.ts';
import { placeTrust } from './place-trust.ts';
import { readTrustMaterial, type TrustMaterial } from './trust-material.ts';

export interface CopyOptions extends Omit<OpenOptions, 'as'>, CallOptions {
  /** Moves a tag that points to other bytes, and replaces an SBOM that differs. */
  readonly force?: boolean;
  /** The most bytes a layer may have; 64 MiB unless told. */
  readonly maxLayerBytes?: number;
  /** Public keys (PEM) and trusted roots (JSON) to put beside the artifacts, for `unpack --trust`. */
  readonly trust?: readonly Buffer[];
}

export interface CopiedArtifact {
  readonly source: string;
  /** Place and digest at the target. */
  readonly reference: string;
  readonly digest: Digest;
  readonly tag?: string;
  /** The artifact first, then everything that belongs to it. */
  readonly contents: readonly CopiedContent[];
}

export interface CopyReport {
  readonly artifacts: readonly CopiedArtifact[];
  readonly trust: readonly Pick<TrustMaterial, 'kind' | 'fingerprint'>[];
}

/**
 * Copies artifacts with every signature, attestation and other referrer, between registries, layouts
 * and archives; digests stay. Signatures that are kept in another repository (`signatureRepository`)
 * come along, and stand beside the artifact at the target. Decides nothing about trust.
 * @throws KongcrateError USAGE; TAG_EXISTS; NOT_OURS for an archive that exists; NOT_FOUND,
 *   CONTENT_TOO_LARGE, KEY_INVALID, TRUSTED_ROOT_INVALID, and what the stores refuse
 */
export async function copyArtifacts(
  sources: readonly string[],
  target: string,
  options: CopyOptions = {},
): Promise<CopyReport> {
  const trust = await Promise.all((options.trust ?? []).map(readTrustMaterial));
  const { registry, mirrors } = options;
  const places = { ...(registry ? { registry } : {}), ...(mirrors ? { mirrors } : {}) };
  const goal = await openGoal(target, places);
  try {
    if (trust.length > 0 && goal.directory === undefined) throw noPlaceForTrust(target);
    const plans = await planCopies(sources, goal, options);
    const artifacts: CopiedArtifact[] = [];
    for (const plan of plans) artifacts.push(await copyPlanned(plan, goal, options));
    if (goal.directory !== undefined) placeTrust(goal.directory, trust);
    await goal.finish();
    return { artifacts, trust: trust.map(({ kind, fingerprint }) => ({ kind, fingerprint })) };
  } finally {
    goal.close();
  }
}

interface PlannedCopy {
  readonly source: string;
  readonly artifact: PinnedArtifact;
  readonly tag: string | undefined;
}

/** All that can be refused is refused before anything is written. */
async function planCopies(
  sources: readonly string[],
  goal: Goal,
  options: CopyOptions,
): Promise<readonly PlannedCopy[]> {
  const plans: PlannedCopy[] = [];
  const tags = new Map<string, Digest>();
  for (const source of sources) {
    // No mirror says whether it has everything that belongs to an artifact.
    const artifact = await openPinned(source, options, openStore);
    const { digest } = artifact.pinned.descriptor;
    const tag = goal.reference.tag ?? artifact.tag;
    if (isSamePlace(source, goal.reference) && (tag === undefined || tag === artifact.tag))
      throw usage(`${source} would be copied onto itself`, 'Name another place or another tag.');
    if (tag !== undefined && (tags.get(tag) ?? digest) !== digest) throw sameTag(tag);
    if (tag !== undefined) tags.set(tag, digest);
    await checkTarget(targetOf(goal, tag), artifact.pinned.descriptor, options);
    plans.push({ source, artifact, tag });
  }
  return plans;
}

async function copyPlanned(
  { source, artifact, tag }: PlannedCopy,
  goal: Goal,
  options: CopyOptions,
): Promise<CopiedArtifact> {
  const limits = {
    limitBytes: options.maxLayerBytes ?? DEFAULT_MAX_LAYER_BYTES,
    limitFlag: '--max-layer-size',
  };
  const contents = await copyArtifact(artifact, targetOf(goal, tag), {
    ...options,
    ...limits,
    ...mountOf(parseReference(source), goal.reference),
  });
  const { digest } = artifact.pinned.descriptor;
  const reference = goal.format({ digest });
  return { source, reference, digest, ...(tag === undefined ? {} : { tag }), contents };
}

function targetOf(
  { store, reference: { digest } }: Goal,
  tag: string | undefined,
): Pick<PinnedArtifact, 'store' | 'tag' | 'digest'> {
  return {
    store,
    ...(tag === undefined ? {} : { tag }),
    ...(digest === undefined ? {} : { digest }),
  };
}

/** Within a registry nothing need be sent. */
function mountOf(source: Reference, target: Reference): Pick<StoreOptions, 'mountFrom'> {
  const isSameHost =
    source.kind === 'registry' && target.kind === 'registry' && source.host === target.host;
  return isSameHost ? { mountFrom: source.path } : {};
}

function isSamePlace(source: string, target: Reference): boolean {
  return placeOf(parseReference(source)) === placeOf(target);
}

function placeOf(reference: Reference): string {
  if (reference.kind === 'registry') return `${reference.host}/${reference.path}`;
  const path = resolve(reference.path);
  return existsSync(path) ? realpathSync(path) : path;
}

function sameTag(tag: string): KongcrateError {
  return usage(
    `two sources would have the tag ${tag} at the target`,
    'Copy one of them by digest alone (REPOSITORY@sha256:…): it has no tag then, and is found by its digest.',
  );
}

function noPlaceForTrust(target: string): KongcrateError {
  return usage(
    `${target} is a registry, which holds no keys`,
    'Leave --trust out, or copy to oci-archive:FILE.tar or oci-layout:DIRECTORY.',
  );
}

function usage(message: string, remedy: string): KongcrateError {
  return new KongcrateError('USAGE', message, { remedy });
}
