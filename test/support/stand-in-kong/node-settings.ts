import { join } from 'node:path';
import type { NodePorts } from './kong-node.ts';

export type NodeRole = 'dbless' | 'traditional' | 'data-plane' | 'control-plane';

export interface SettingsInput {
  readonly role: NodeRole;
  /** Where everything of the node is. */
  readonly base: string;
  readonly luaRoot: string;
  readonly plugins: readonly string[];
  readonly ports: NodePorts;
  readonly logTo: 'file' | 'stderr';
  readonly adminToken?: string;
  readonly controlPlanePort?: number;
}

const ROLE_SETTINGS = {
  dbless: { database: 'off' },
  traditional: { database: 'postgres' },
  'data-plane': { database: 'off', role: 'data_plane' },
  'control-plane': { database: 'postgres', role: 'control_plane' },
};

/** Where the node's entities come from: what each role reads. */
export function entitiesFile(role: NodeRole, base: string): string {
  if (role === 'dbless') return join(base, 'kong.yml');
  if (role === 'data-plane') return join(base, 'prefix', 'dbless.lmdb', 'entities.json');
  return join(base, 'database', 'entities.json');
}

/** The settings of a node by their keys in kong.conf. */
export function nodeSettings(input: SettingsInput): Readonly<Record<string, string>> {
  const { role, base, luaRoot, plugins, ports, logTo, adminToken, controlPlanePort } = input;
  const entities = entitiesFile(role, base);
  return {
    ...ROLE_SETTINGS[role],
    prefix: join(base, 'prefix'),
    proxy_listen: `127.0.0.1:${ports.proxy}`,
    // On a data plane nothing listens there.
    admin_listen: `127.0.0.1:${ports.admin}`,
    status_listen: `127.0.0.1:${ports.status}`,
    lua_package_path: `${luaRoot}/?.lua;${luaRoot}/?/init.lua;;`,
    plugins: plugins.join(','),
    ...(role === 'dbless' && { declarative_config: entities }),
    ...(role === 'traditional' && { pg_database: entities }),
    ...(role === 'control-plane' && {
      pg_database: entities,
      cluster_listen: `127.0.0.1:${ports.cluster}`,
    }),
    ...(role === 'data-plane' && {
      cluster_control_plane: `127.0.0.1:${controlPlanePort ?? ports.cluster}`,
    }),
    ...(logTo === 'stderr' && { nginx_daemon: 'off' }),
    ...(adminToken !== undefined && { enforce_rbac: 'on', password: adminToken }),
  };
}
