import { copyFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect } from 'vitest';
import { pushPlugin } from '../../../src/workflows/push-plugin.ts';
import { IDENTITY, IDENTITY_ISSUER } from '../../support/local-sigstore/identity-token.ts';
import { signWithCosign } from '../../support/local-sigstore/sign-with-cosign.ts';
import { temporaryDirectory } from '../../support/temporary-directory.ts';
import { preparePlace, type Place } from '../support.ts';

const PLUGIN = join(import.meta.dirname, '../../../testdata/plugins/hello-header');
const DAY_MS = 24 * 60 * 60 * 1000;

/** How old the signatures of the old artifact are. */
export const OLD_DAYS = 40;
export const ISSUER: string = IDENTITY_ISSUER;
export const SUBJECT: string = IDENTITY;

/** What GitHub says of the run. */
const CLAIMS = {
  event_name: 'push',
  repository: 'acme/kong-plugins',
  ref: 'refs/heads/main',
  workflow: 'release',
  sha: 'a'.repeat(40),
};

/** Which cosign signs with the certificate of a workflow, and which one with a key. */
export interface Cosigns {
  readonly identityBy: 2 | 3;
  readonly keyBy: 2 | 3;
}

export interface SignedPlugin {
  /** By digest. */
  readonly reference: string;
  readonly digest: string;
  readonly trustedRoot: string;
}

export interface SignedPlugins extends Cosigns {
  /** Where `cosign.pub` is, for policies to stand beside. */
  readonly directory: string;
  /** Signed by a workflow, with a log and as the cosign can a timestamp, and by a key without. */
  readonly now: SignedPlugin;
  /** Signed {@link OLD_DAYS} ago: a log dates the workflow's signature, a timestamp the key's. */
  readonly old: SignedPlugin;
}

const formatOf = (cosign: 2 | 3): 'legacy' | 'bundle' => (cosign === 2 ? 'legacy' : 'bundle');

/** Has the real cosigns sign the same plugin in two artifacts, each by a workflow and by a key. */
export async function makeSignedPlugins(host: string, cosigns: Cosigns): Promise<SignedPlugins> {
  const { identityBy, keyBy } = cosigns;
  const [place, past] = await Promise.all([
    preparePlace(host),
    preparePlace(host, -OLD_DAYS * DAY_MS),
  ]);
  const directory = temporaryDirectory();
  copyFileSync(place.mine.publicKey, join(directory, 'cosign.pub'));
  const repository = `${host}/acme/hello-${identityBy}${keyBy}`;
  const now = await push(repository, 'now');
  const old = await push(repository, 'old');
  const key = { format: formatOf(keyBy), cosign: keyBy, key: place.mine.key } as const;
  const workflow = {
    ...{ format: formatOf(identityBy), cosign: identityBy, material: 'keyless' as const },
    token: { claims: CLAIMS },
  };
  const log = identityBy === 2 ? 'rekor1' : 'rekor2+tsa';
  // One after the other: two writers of one `.sig` tag would lose a signature.
  await sign(place, { ...workflow, log, reference: now });
  const flags = ['-a', `dev.kongcrate.repository=${repository}`];
  await sign(place, { ...key, material: 'key', log: 'none', reference: now, flags });
  await sign(past, { ...workflow, log: 'rekor1', reference: old });
  await sign(past, { ...key, material: 'key', log: 'tsa-only', reference: old });
  return { ...cosigns, directory, now: signed(now, place), old: signed(old, past) };
}

/** The same files in an artifact with a digest of its own. */
async function push(repository: string, revision: string): Promise<string> {
  const annotations = { 'org.opencontainers.image.revision': revision };
  const { digest } = await pushPlugin(PLUGIN, `${repository}:${revision}`, { annotations });
  return `${repository}@${digest}`;
}

async function sign(
  { sigstore }: Place,
  signing: Parameters<typeof signWithCosign>[1],
): Promise<void> {
  const { status, stderr } = await signWithCosign(sigstore, signing);
  expect(status, stderr).toBe(0);
}

function signed(reference: string, { sigstore }: Place): SignedPlugin {
  const digest = reference.replace(/.*@/, '');
  return { reference, digest, trustedRoot: sigstore.trustedRoot.file };
}
