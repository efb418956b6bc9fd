import { changeEntities, listEntities } from './admin-entities.js';
import { dumpConfiguration, loadConfiguration } from './admin-config.js';
import { sendJson } from './send-json.js';

const SECRETS = ['pg_password', 'password'];

function describeNode(node) {
  const secrets = Object.fromEntries(
    SECRETS.filter((key) => key in node.settings).map((key) => [key, '******']),
  );
  const available = Object.entries(node.facts).map(([name, { version, priority }]) => [
    name,
    { version, priority },
  ]);
  return {
    version: '3.9.3',
    edition: 'community',
    tagline: 'Welcome to kong',
    lua_version: 'LuaJIT 2.1.0-20231117',
    node_id: node.id,
    hostname: 'node',
    pids: { master: process.ppid, workers: node.workerPids },
    plugins: {
      available_on_server: Object.fromEntries(available),
      enabled_in_cluster: [...new Set(node.entities.read().plugins.map(({ name }) => name))],
      disabled_on_server: {},
    },
    configuration: { ...node.settings, ...secrets },
  };
}

function describeSchema(node, name) {
  const facts = node.facts[name];
  return facts === undefined
    ? [404, { message: `No plugin named '${name}'` }]
    : [200, { fields: facts.fields }];
}

const ROUTES = [
  ['GET', /^\/$/, ({ node }) => [200, describeNode(node)]],
  ['GET', /^\/status$/, () => [200, { server: {}, memory: {} }]],
  ['GET', /^\/plugins\/enabled$/, ({ node }) => [200, { enabled_plugins: node.plugins }]],
  ['GET', /^\/schemas\/plugins\/([^/]+)$/, ({ node, parts }) => describeSchema(node, parts[0])],
  [
    'GET',
    /^\/clustering\/data-planes$/,
    ({ node }) => [200, { data: [...(node.dataPlanes?.values() ?? [])], next: null }],
  ],
  ['GET', /^\/config$/, dumpConfiguration],
  ['POST', /^\/config$/, loadConfiguration],
  [
    'GET',
    /^\/(services|routes|consumers|plugins)(?:\/([^/]+)(?:\/(routes|plugins))?)?$/,
    listEntities,
  ],
  ['POST', /^\/(services|routes|consumers|plugins)$/, changeEntities],
  ['DELETE', /^\/(services|routes|consumers|plugins)\/([^/]+)$/, changeEntities],
];

const isForbidden = ({ settings }, { headers }) =>
  settings.enforce_rbac === 'on' && headers['kong-admin-token'] !== settings.password;

/** The Admin API, as far as a tool asks it for plugins. */
export function createAdminApi(node) {
  return async (request, response) => {
    if (isForbidden(node, request))
      return sendJson(response, 401, {
        message: 'Invalid RBAC credentials. Token or User credentials required',
      });
    const url = new URL(request.url, 'http://admin');
    for (const [method, pattern, answer] of ROUTES) {
      const parts = pattern.exec(url.pathname)?.slice(1);
      if (method === request.method && parts !== undefined) {
        const [status, body] = await answer({ node, request, url, parts });
        return status === 204 ? response.writeHead(204).end() : sendJson(response, status, body);
      }
    }
    sendJson(response, 404, { message: 'Not found' });
  };
}
