/** A worker process of a node: its own Lua VM, its servers, its view of the entities. */
import { createServer } from 'node:http';
import { createAdminApi } from '../apis/admin-api.js';
import { createClusterListener } from '../apis/cluster-listener.js';
import { createProxy } from '../apis/proxy.js';
import { createStatusApi } from '../apis/status-api.js';
import { followControlPlane } from './follow-control-plane.js';
import { loadNode } from './load-node.js';
import { findUser } from './find-user.js';

const SERVERS = {
  kong: createProxy,
  kong_admin: createAdminApi,
  kong_status: createStatusApi,
  kong_cluster_listener: createClusterListener,
};

const [prefix, mode] = process.argv.slice(2);
let node;
const servers = [];

async function load() {
  node = await loadNode(prefix, mode);
  process.send({ type: 'loaded' });
}

function listen({ name, host, port }) {
  const answer = SERVERS[name](node);
  const server = createServer((request, response) => {
    // A client that keeps its connection could meet a worker that is about to go.
    response.shouldKeepAlive = false;
    answer(request, response).catch((error) => {
      node.log.write('error', error.stack);
      response.destroy();
    });
  });
  servers.push(server);
  return new Promise((resolve, reject) => {
    server.once('error', ({ code }) =>
      reject(new Error(`bind() to ${host}:${port} failed (${code})`)),
    );
    server.listen({ host, port }, resolve);
  });
}

/** The rest is done as the user of the workers, as in nginx. */
async function leaveRoot() {
  const user = findUser(node.nginx.user ?? '');
  await node.vm.demand({ command: 'become', ...user });
  if (user === undefined) return;
  process.setgroups([]);
  process.setgid(user.gid);
  process.setuid(user.uid);
}

async function serve({ pids }) {
  node.workerPids = pids;
  await leaveRoot();
  if (node.unsafe !== undefined)
    node.log.write(
      'crit',
      `[lua] init.lua:293: init_worker(): worker initialization error: ${node.unsafe};` +
        ' this node must be restarted',
    );
  for (const server of node.nginx.servers) await listen(server);
  if (node.settings.role === 'data_plane') followControlPlane(node);
  // Where loading or listening fails nginx never has such a process.
  process.title = 'nginx: worker process';
  process.send({ type: 'serving' });
}

async function quit() {
  process.title = 'nginx: worker process is shutting down';
  node.log.write('notice', 'gracefully shutting down');
  await Promise.all(servers.map((server) => new Promise((resolve) => server.close(resolve))));
  process.exit(0);
}

const ACTIONS = {
  serve,
  quit,
  'not-ready': () => {
    node.ready = false;
  },
};

async function reporting(action) {
  try {
    await action();
  } catch (error) {
    process.send({ type: 'failed', text: error.message });
  }
}

process.on('message', (message) => reporting(() => ACTIONS[message.type](message)));
// Only the master's word ends a worker: a terminal's signals go to the whole group.
process.on('SIGINT', () => undefined);
await reporting(load);
