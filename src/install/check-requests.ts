import type { InstallablePlugin } from '../content/installable-plugin.ts';
import type { VerifiedSubject } from '../content/verified-subject.ts';
import { KongcrateError } from '../errors/kongcrate-error.ts';
import type { Digest } from '../reference/digest.ts';
import { directoriesOf, pluginDirectory } from './node-paths.ts';
import { findOverlap, isPluginName, isSafePath, linksOfPlugin } from './plugin-paths.ts';
import type { PluginReceipt } from './receipt.ts';

/** A plugin that would take the place of an installed one. */
export interface Replacement {
  readonly installed: PluginReceipt;
  readonly offered: PluginReceipt;
  /** Whether its version is lower; two that cannot be compared are not. */
  readonly isLower: boolean;
}

/** One plugin to install, and the verified subject it came from. */
export interface InstallRequest {
  readonly subject: VerifiedSubject;
  readonly plugin: InstallablePlugin;
  /**
   * Decides about a replacement, under the mutex of the node. What it throws ends the install before
   * anything is changed.
   */
  readonly authorize: (replacement: Replacement) => void;
}

/** A plugin that was staged, and is in the store, and its subject as verified again. */
export interface StagedRequest extends Omit<InstallRequest, 'plugin'> {
  readonly staged: PluginReceipt;
}

/**
 * Checks requests by themselves, before the disk is looked at: each plugin must be made of the
 * archive that its subject vouches for, and no two may claim one name or path.
 * @throws KongcrateError DIGEST_MISMATCH, PLUGIN_REFUSED, USAGE
 */
export function checkRequests(requests: readonly (InstallRequest | StagedRequest)[]): void {
  const claims = requests.map((request) => {
    if ('staged' in request) return checkStaged(request);
    const { subject, plugin } = request;
    checkOrigin(subject, plugin.name, plugin.plan.archiveDigest);
    checkBytes(plugin);
    checkPaths(plugin);
    const paths = plugin.files.map(({ path }) => path);
    return { name: plugin.name, links: linksOfPlugin(plugin.name, paths) };
  });
  const twice = firstRepeated(claims.map(({ name }) => name));
  if (twice !== undefined) throw clash(`two artifacts hold a plugin called ${twice}`, twice);
  const overlap = findOverlap(claims);
  if (overlap)
    throw clash(`${overlap.first} and ${overlap.second} both hold ${overlap.path}`, overlap.path);
}

function checkStaged({ subject, staged }: StagedRequest): PluginReceipt {
  checkOrigin(subject, staged.name, staged.layerDigest);
  return staged;
}

/** The signature covers the manifest, the manifest its layers, a layer these very bytes. */
function checkOrigin(
  { manifest, manifestDigest }: VerifiedSubject,
  name: string,
  from: Digest,
): void {
  if (manifest.layers.some(({ digest }) => digest === from)) return;
  throw mismatch(
    `${name} was read from ${from}, which is no layer of the verified ${manifestDigest}`,
    {
      expected: manifest.layers.map(({ digest }) => digest),
      found: from,
    },
  );
}

function checkBytes({ name, plan, files }: InstallablePlugin): void {
  const planned = new Set(plan.files.map(({ bytes }) => bytes));
  const stray = files.find(({ bytes }) => !planned.has(bytes));
  if (stray)
    throw mismatch(`${stray.path} of ${name} is not from ${plan.archiveDigest}`, {
      path: stray.path,
    });
}

/** The readers promise all this; here is where a path becomes a file name, so it is checked again. */
function checkPaths(plugin: InstallablePlugin): void {
  if (!isPluginName(plugin.name))
    throw refused(`${JSON.stringify(plugin.name)} cannot be the name of a plugin`);
  const paths = plugin.files.map(({ path }) => path);
  const unsafe = paths.find((path) => !isSafePath(path));
  if (unsafe !== undefined)
    throw refused(`${plugin.name} holds the path ${JSON.stringify(unsafe)}`, unsafe);
  const twice = firstRepeated([...paths, ...directoriesOf(paths)]);
  if (twice !== undefined) throw refused(`${plugin.name} holds ${twice} twice`, twice);
  if (!paths.some((path) => path.startsWith(`${pluginDirectory(plugin.name)}/`)))
    throw refused(`${plugin.name} has no file below ${pluginDirectory(plugin.name)}`);
}

function firstRepeated(texts: readonly string[]): string | undefined {
  const seen = new Set<string>();
  return texts.find((text) => seen.size === seen.add(text).size);
}

function clash(what: string, entry: string): KongcrateError {
  return new KongcrateError('USAGE', what, {
    remedy: 'Install only one of them.',
    details: { reason: 'OVERLAP', entry },
  });
}

function mismatch(what: string, details: KongcrateError['details']): KongcrateError {
  return new KongcrateError('DIGEST_MISMATCH', what, {
    remedy: 'Fetch and verify the artifact again; nothing was installed.',
    details,
  });
}

function refused(what: string, entry = ''): KongcrateError {
  return new KongcrateError('PLUGIN_REFUSED', what, {
    remedy: 'Ask whoever publishes the plugin to pack it again.',
    details: { reason: 'PATH', entry },
  });
}
