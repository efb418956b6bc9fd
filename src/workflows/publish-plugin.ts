import { KongcrateError } from '../errors/kongcrate-error.ts';
import type { SignatureFormat, VerifiedSubject } from '../content/verified-subject.ts';
import { REPOSITORY_ANNOTATION } from '../reference/media-types.ts';
import { fullVersionOfTag } from '../reference/version.ts';
import { createKeyVerifier } from '../signing/create-key-verifier.ts';
import { signSubject } from '../signing/sign-subject.ts';
import { openStore, type OpenedReference } from './open-store.ts';
import { prepareArtifact, type PreparedArtifact } from './prepare-artifact.ts';
import {
  checkTarget,
  describePush,
  pushContents,
  type PushedPlugin,
  type PushOptions,
} from './push-plugin.ts';
import type { SignedArtifact, SignOptions } from './sign-artifact.ts';

export interface PublishOptions extends PushOptions {
  readonly signer: SignOptions['signer'];
  readonly format?: SignOptions['format'];
  /** Signed annotations (`-a k=v`). */
  readonly signedAnnotations?: Readonly<Record<string, string>>;
  readonly createdAt?: Date;
}

export interface PublishedPlugin extends PushedPlugin {
  readonly signatures: SignedArtifact['signatures'];
}

/**
 * Checks everything, packs, pushes, signs, reads the signatures back and verifies them, and sets
 * the tag last: whoever sees the tag sees a signed artifact.
 * @throws KongcrateError TAG_VERSION_MISMATCH, TAG_EXISTS, and what each step refuses
 */
export async function publishPlugin(
  source: string,
  reference: string,
  options: PublishOptions,
): Promise<PublishedPlugin> {
  const target = openStore(reference, options.as);
  const prepared = await prepareArtifact(source, options);
  checkTagVersion(target, prepared);
  await checkTarget(target, prepared.artifact.manifest, options);
  if (options.dryRun === true) return { ...describePush(target, prepared), signatures: [] };
  await pushContents(target.store, prepared.artifact, options);
  const signatures = await signAndReadBack(target, prepared, options);
  if (target.tag !== undefined)
    await target.store.tag(prepared.artifact.manifest, target.tag, options);
  return { ...describePush(target, prepared), signatures };
}

async function signAndReadBack(
  target: OpenedReference,
  prepared: PreparedArtifact,
  options: PublishOptions,
): Promise<SignedArtifact['signatures']> {
  const { store, repository } = target;
  const pinned = { repository, descriptor: prepared.artifact.manifest };
  const format = options.format ?? 'both';
  const written = await signSubject(store, pinned, {
    signer: options.signer,
    format,
    annotations: options.signedAnnotations ?? {},
    bundleAnnotations: { [REPOSITORY_ANNOTATION]: repository },
    repository,
    createdAt: options.createdAt ?? new Date(),
  });
  const verifier = createKeyVerifier({ keys: [options.signer.identity], threshold: 1 });
  requireFormats(await verifier.verify(pinned, store, options), format);
  return written.map(({ descriptor, ...rest }) => ({ ...rest, digest: descriptor.digest }));
}

/** What was written must come back: a registry may lose an update without saying so. */
function requireFormats(subject: VerifiedSubject, format: SignatureFormat | 'both'): void {
  const signer = subject.trust.kind === 'keys' ? subject.trust.signers[0] : undefined;
  const wanted: readonly SignatureFormat[] = format === 'both' ? ['legacy', 'bundle'] : [format];
  const missing = wanted.filter((one) => signer?.formats.includes(one) !== true);
  if (missing.length === 0) return;
  throw new KongcrateError(
    'SIGNATURE_MISMATCH',
    `the ${missing.join(' and ')} signature was written and cannot be read back`,
    { remedy: 'Nothing was tagged. Run the command again; somebody else may have signed at once.' },
  );
}

function checkTagVersion(target: OpenedReference, prepared: PreparedArtifact): void {
  const promised = target.tag === undefined ? undefined : fullVersionOfTag(target.tag);
  if (promised === undefined || promised === prepared.version) return;
  throw new KongcrateError(
    'TAG_VERSION_MISMATCH',
    `tag ${target.tag ?? ''} promises version ${promised}, the plugin says ${prepared.version}`,
    {
      remedy: `Use the tag ${prepared.version}, or set the version in rockspec and handler.lua (without any: --version).`,
    },
  );
}
