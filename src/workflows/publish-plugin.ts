import { KongcrateError } from '../errors/kongcrate-error.ts';
import type { Spooling } from '../content/spool.ts';
import { tagFits } from '../reference/version.ts';
import { describePlugin, type Description } from './describe-plugin.ts';
import { openStore, type OpenedReference } from './open-store.ts';
import { prepareArtifact, type PreparedArtifact } from './prepare-artifact.ts';
import {
  publishArtifact,
  type PublishedSignatures,
  type PublishSignOptions,
} from './publish-artifact.ts';
import { checkTarget, describePush, type PushedPlugin, type PushOptions } from './push-plugin.ts';
import { signatureFormatOf, type FormatOptions } from './signature-format-of.ts';
import { withSpools } from './with-spools.ts';

export interface PublishOptions extends PushOptions, PublishSignOptions, FormatOptions {
  /** What is attested along. */
  readonly description?: Description;
}

export type PublishedPlugin = PushedPlugin & PublishedSignatures;

/**
 * Checks everything, packs, pushes, signs, reads the signatures back and verifies them, and sets
 * the tag last: whoever sees the tag sees a signed artifact.
 * @throws KongcrateError USAGE, TAG_VERSION_MISMATCH, TAG_EXISTS, and what each step refuses
 */
export function publishPlugin(
  source: string,
  reference: string,
  options: PublishOptions,
): Promise<PublishedPlugin> {
  return withSpools(undefined, options, (spooling) =>
    publish(source, reference, { ...options, spooling }),
  );
}

async function publish(
  source: string,
  reference: string,
  options: PublishOptions & { readonly spooling: Spooling },
): Promise<PublishedPlugin> {
  const format = signatureFormatOf(options);
  const startedAt = new Date();
  const target = await openStore(reference, options);
  const prepared = await prepareArtifact(source, options);
  checkTagVersion(target, prepared);
  const { artifact } = prepared;
  const isTagged = await checkTarget(target, artifact.manifest, options);
  const { description, created } = options;
  const predicates = description
    ? await describePlugin(prepared, description, { startedAt, created })
    : [];
  if (options.dryRun === true)
    return { ...describePush(target, prepared), signatures: [], attestations: [] };
  const signed = await publishArtifact(
    target,
    { artifact, predicates, isTagged },
    { ...options, format },
  );
  return { ...describePush(target, prepared), ...signed };
}

function checkTagVersion(target: OpenedReference, prepared: PreparedArtifact): void {
  if (tagFits(target.tag, prepared.version)) return;
  throw new KongcrateError(
    'TAG_VERSION_MISMATCH',
    `tag ${target.tag ?? ''} promises another version than the plugin's ${prepared.version}`,
    {
      remedy: `Use the tag ${prepared.version.replaceAll('+', '_')}, or set the version in rockspec and handler.lua (without any: --version).`,
    },
  );
}
