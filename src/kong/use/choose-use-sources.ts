import { existsSync } from 'node:fs';
import { askAdmin } from '../activation/ask-admin.ts';
import type { Asking } from '../activation/ask-node.ts';
import type { KongNode } from '../node/kong-node.ts';
import { pidFileOf } from '../node/processes.ts';
import { findDocument, isLoaded } from './declared-document.ts';
import type { UseSource } from './plugin-use.ts';
import { readAdminPlugins } from './read-admin-plugins.ts';

export interface UseSourceOptions extends Asking {
  /** As the user gave it: somebody else may listen where a node that does not run would. */
  readonly givenAdminUrl?: URL | undefined;
}

const NO_API = 'the node has no Admin API that can be asked without TLS: give --admin-url';
const STOPPED = 'Kong does not run here: give --admin-url of another node with its database';
const NO_CONTROL_PLANE = 'a data plane cannot tell: give --admin-url of its control plane';
const NO_DOCUMENT = 'nothing says which file Kong is configured by: give --admin-url';

/**
 * Chooses who can tell that no entity uses a plugin; all of them have to. A node without a database
 * serves what it has loaded, and loads its document at the next start: both count.
 * @returns a text, for people, in the place of each that is not there
 */
export function chooseUseSources(
  node: KongNode,
  options: UseSourceOptions,
): readonly (UseSource | string)[] {
  const isRunning = existsSync(pidFileOf(node.prefix));
  if (node.role === 'data-plane')
    return [findApi(node, node.controlPlaneUrl, options) ?? NO_CONTROL_PLANE];
  const api = findApi(node, isRunning ? node.adminUrl : options.givenAdminUrl, options);
  if (node.role !== 'dbless') return [api ?? (isRunning ? NO_API : STOPPED)];
  const document = findDocument(node);
  if (api) return document ? [api, document] : [api];
  if (!document) return [NO_DOCUMENT];
  return isRunning && !isLoaded(node) ? [NO_API, document] : [document];
}

function findApi(node: KongNode, adminUrl: URL | undefined, asking: Asking): UseSource | undefined {
  if (!adminUrl) return undefined;
  const { role, adminHeaders: headers } = node;
  const remedy =
    role === 'dbless'
      ? `Load a configuration without them, by POST to /config at ${adminUrl.origin}.`
      : 'Delete them, by DELETE at these addresses.';
  return {
    shownAs: `the Admin API at ${adminUrl.origin}`,
    remedy,
    read: async () =>
      (await findStranger({ ...node, adminUrl }, asking)) ??
      readAdminPlugins({ ...asking, adminUrl, headers }),
  };
}

/**
 * Nodes with one database, or one control plane, tell the same; without a database each serves what
 * it was given itself.
 * @returns a text for people where another node answers than the one whose processes are seen
 */
async function findStranger(
  node: KongNode & { readonly adminUrl: URL },
  asking: Asking,
): Promise<string | undefined> {
  const { role, workerPids, adminUrl } = node;
  if (role !== 'dbless' || workerPids.length === 0) return undefined;
  const admin = await askAdmin(node, asking);
  if (typeof admin === 'string') return admin;
  const isOwn = admin.workerPids.some((pid) => workerPids.includes(pid));
  return isOwn ? undefined : `${adminUrl.origin} is the Admin API of another node`;
}
