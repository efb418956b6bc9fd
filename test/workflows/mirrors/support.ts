import type { Mirrors } from '../../../src/workflows/mirrors/mirror-rule.ts';
import type { MirrorPlace, MirrorRule } from '../../../src/workflows/mirrors/mirror-rule.ts';
import type { RegistryAccess } from '../../../src/workflows/open-repository.ts';
import type { RepositoryContent } from '../../support/test-registry-content.ts';
import type { TestRegistry } from '../../support/test-registry.ts';

/** The repository that tests publish to, and where mirrors keep it. */
export const PATH = 'acme/my-plugin';
export const CACHE = 'cache/my-plugin';

/** No pause takes time, and what is away is asked once. */
export const registry: RegistryAccess = { retries: { tries: 1 } };

/** A rule that sends readers of `source` to mirrors first. */
export function mirrorsOf(
  source: TestRegistry,
  hosts: readonly string[],
  change: Partial<MirrorPlace> & Partial<Pick<MirrorRule, 'location' | 'isBlocked'>> = {},
): Mirrors & { readonly notes: string[] } {
  const { reads = 'all', ...rest } = change;
  const rule: MirrorRule = {
    prefix: `${source.host}/acme`,
    origin: 'registries.conf:3',
    isBlocked: false,
    hasInsecure: false,
    ...rest,
    mirrors: hosts.map((host) => ({ location: `${host}/cache`, reads })),
  };
  const notes: string[] = [];
  const tell = (text: string): void => {
    notes.push(text);
  };
  return { lists: [[rule]], notes, onNote: tell, onWarning: tell };
}

/** Whether a tag or a manifest is brought to a mirror. */
export type Chooses = (name: string, text: string) => boolean;

/** Copies what a source holds, as a mirror that was filled at this moment. */
export function fill(from: RepositoryContent, to: RepositoryContent, chooses: Chooses): void {
  for (const [digest, bytes] of from.blobs) to.blobs.set(digest, bytes);
  for (const [digest, manifest] of from.manifests)
    if (chooses(digest, manifest.bytes.toString())) to.manifests.set(digest, manifest);
  for (const [tag, digest] of from.tags)
    if (to.manifests.has(digest) && chooses(tag, '')) to.tags.set(tag, digest);
}

/** What is no signature: neither cosign's tags nor manifests that name a subject. */
export const unsigned: Chooses = (name, text) =>
  !name.startsWith('sha256-') && !text.includes('"subject"');
