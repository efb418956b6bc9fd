import { KongcrateError } from '../../errors/kongcrate-error.ts';
import { askAdmin } from '../activation/ask-admin.ts';
import type { Asking } from '../activation/ask-node.ts';
import type { KongNode } from '../node/kong-node.ts';

/** VERSION that plugins are to have on a node; `undefined` where it is not known. */
export type PluginVersions = ReadonlyMap<string, string | undefined>;

const ORDER =
  'in this order: a new version on the control plane, then on its data planes; a new plugin on the data planes, then on the control plane, then in use';

/**
 * Holds plugins of a data plane against those of its control plane, which sends no configuration to
 * a node whose major version is another, or whose minor version is newer (KONG.md 1.6).
 * @returns notes for people: the order of a roll-out, and what was not compared
 * @throws KongcrateError PLUGIN_REFUSED; the signal's reason
 */
export async function checkControlPlaneVersions(
  node: KongNode,
  plugins: PluginVersions,
  asking: Asking,
): Promise<readonly string[]> {
  if (node.role === 'control-plane') return [ORDER];
  if (node.role !== 'data-plane') return [];
  const { controlPlaneUrl: adminUrl } = node;
  if (!adminUrl)
    return [`versions are not held against the control plane's (--admin-url); ${ORDER}`];
  const found = await askAdmin({ ...node, adminUrl }, asking);
  if (typeof found === 'string')
    return [`versions are not held against the control plane's: ${found}; ${ORDER}`];
  for (const [name, version = ''] of plugins) {
    const upstream = found.plugins.get(name);
    if (upstream !== undefined && !fits(version, upstream)) throw refusal(name, version, upstream);
  }
  return [ORDER];
}

/**
 * Whether a control plane sends its configuration to a node with that version of a plugin. What Kong
 * cannot read as a version it does not compare either.
 */
export function fits(version: string, upstream: string): boolean {
  const [own, other] = [majorAndMinor(version), majorAndMinor(upstream)];
  return !own || !other || (own.major === other.major && own.minor <= other.minor);
}

function majorAndMinor(
  version: string,
): { readonly major: number; readonly minor: number } | undefined {
  const [, major, minor] = /^(\d+)\.(\d+)/.exec(version) ?? [];
  return major === undefined ? undefined : { major: Number(major), minor: Number(minor) };
}

function refusal(name: string, version: string, upstream: string): KongcrateError {
  return new KongcrateError(
    'PLUGIN_REFUSED',
    `the control plane has ${name} ${upstream}: it sends no configuration to a data plane with ${version}`,
    {
      remedy: `Nothing was switched. Install ${version} on the control plane first, or a version here that it takes: ${upstream}.`,
      details: { reason: 'CONTROL_PLANE_VERSION', plugin: name, version, controlPlane: upstream },
    },
  );
}
