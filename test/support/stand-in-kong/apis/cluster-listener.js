import { createHash } from 'node:crypto';
import { readText, sendJson } from './send-json.js';

const numbersOf = (version) =>
  (/[\d.]+/.exec(version)?.[0] ?? '').split('.').map((part) => Number(part));

/** Kong 3.9.3, clustering/compat: why a data plane cannot get this configuration. */
function findConflict(node, theirs) {
  for (const { name } of node.entities.read().plugins) {
    const { version } = node.facts[name];
    const other = theirs.find((plugin) => plugin.name === name)?.version;
    if (other === undefined)
      return {
        status: 'plugin_set_incompatible',
        reason: `configured ${name} plugin ${version} is missing from data plane`,
      };
    const [major, minor = 0] = numbersOf(version);
    const [otherMajor, otherMinor = 0] = numbersOf(other);
    if (major !== otherMajor || otherMinor > minor)
      return {
        status: 'plugin_version_incompatible',
        reason: `configured data plane ${name} plugin version ${other} is different to control plane plugin version ${version}`,
      };
  }
  return undefined;
}

function note(node, dataPlane) {
  const known = node.dataPlanes.get(dataPlane.id);
  const changed = known?.sync_status !== dataPlane.sync_status;
  if (changed && dataPlane.reason !== undefined)
    node.log.write(
      'warn',
      `unable to send updated configuration to data plane: ${dataPlane.reason}`,
    );
  const { id, hostname, version, sync_status } = dataPlane;
  node.dataPlanes.set(id, { id, hostname, version, sync_status });
}

/** Where data planes come for their configuration; one that does not fit gets nothing. */
export function createClusterListener(node) {
  node.dataPlanes = new Map();
  return async (request, response) => {
    const { plugins, hash: known, ...dataPlane } = JSON.parse(await readText(request));
    const conflict = findConflict(node, plugins);
    note(node, {
      ...dataPlane,
      sync_status: conflict?.status ?? 'normal',
      reason: conflict?.reason,
    });
    if (conflict !== undefined) return sendJson(response, 200, { hash: known });
    const { services, routes, consumers, plugins: configured } = node.entities.read();
    const configuration = { services, routes, consumers, plugins: configured };
    const hash = createHash('sha256').update(JSON.stringify(configuration)).digest('hex');
    sendJson(response, 200, hash === known ? { hash } : { hash, configuration });
  };
}
