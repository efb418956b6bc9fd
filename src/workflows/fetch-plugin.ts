import { readSpooledArchive } from '../archive/read-archive.ts';
import { sniffFormat } from '../archive/sniff-format.ts';
import type { ByteSource } from '../content/byte-source.ts';
import type { ReadableStore } from '../content/content-store.ts';
import type { InstallablePlugin } from '../content/installable-plugin.ts';
import type { Spooling } from '../content/spool.ts';
import type { VerifiedSubject } from '../content/verified-subject.ts';
import { readInstallable, type ExpectedPlugin } from '../plugin/read-installable.ts';
import {
  PLUGIN_NAME_ANNOTATION,
  PLUGIN_PRIORITY_ANNOTATION,
  PLUGIN_VERSION_ANNOTATION,
} from '../reference/media-types.ts';
import { fetchLayer, type FetchOptions } from './fetch-layer.ts';

/**
 * Reads the plugin out of a verified subject. The signed name, where there is one, must be the
 * name in the archive.
 * @throws KongcrateError PLUGIN_REFUSED, ARCHIVE_REFUSED, CONTENT_TOO_LARGE, DIGEST_MISMATCH
 */
export async function fetchPlugin(
  subject: VerifiedSubject,
  store: ReadableStore,
  options: FetchOptions & { readonly spooling: Spooling },
): Promise<InstallablePlugin> {
  return readPlugin(subject, await fetchLayer(subject, store, options), options);
}

/** {@link fetchPlugin} where the layer is there already. */
export async function readPlugin(
  subject: VerifiedSubject,
  layer: ByteSource,
  options: FetchOptions & { readonly spooling: Spooling },
): Promise<InstallablePlugin> {
  const plan = await readSpooledArchive(layer, options);
  // Of a plain tar the plan's files are parts; what was expanded stands somewhere else.
  if (sniffFormat(layer) === 'gzip') options.spooling.release(layer);
  const { expectedName, allowBundledName = false } = options;
  return readInstallable(plan, {
    ...named(expectedName),
    ...signedFacts(subject),
    allowBundledName,
  });
}

const named = (name: string | undefined): { readonly name?: string } =>
  name === undefined ? {} : { name };

/** What the signed manifest says of its plugin; the rockspec's version may stand there. */
function signedFacts({ manifest: { annotations } }: VerifiedSubject): ExpectedPlugin {
  const name = annotations[PLUGIN_NAME_ANNOTATION];
  const version = annotations[PLUGIN_VERSION_ANNOTATION];
  const priority = Number(annotations[PLUGIN_PRIORITY_ANNOTATION] ?? NaN);
  return {
    ...named(name),
    ...(version === undefined ? {} : { version }),
    ...(Number.isSafeInteger(priority) ? { priority } : {}),
  };
}
