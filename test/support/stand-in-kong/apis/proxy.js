import { sendJson } from './send-json.js';

const idOf = (reference) => reference?.id ?? undefined;

/** The route with the longest path that the request's begins with. */
function findRoute({ routes }, pathname) {
  const matches = routes.flatMap((route) =>
    (route.paths ?? ['/'])
      .filter((path) => pathname.startsWith(path))
      .map((path) => ({ route, length: path.length })),
  );
  return matches.sort((one, other) => other.length - one.length)[0]?.route;
}

/** One configuration a plugin: that of the route stands before the service's and the global one. */
function pluginsFor({ plugins }, route) {
  const rank = (plugin) => {
    if (plugin.consumer !== null) return -1;
    if (plugin.route !== null) return idOf(plugin.route) === route.id ? 2 : -1;
    if (plugin.service !== null) return idOf(plugin.service) === idOf(route.service) ? 1 : -1;
    return 0;
  };
  const applying = plugins
    .filter((plugin) => plugin.enabled && rank(plugin) >= 0)
    .sort((one, other) => rank(one) - rank(other));
  return [...new Map(applying.map((plugin) => [plugin.name, plugin])).values()];
}

async function runPlugins(node, request, route) {
  const plugins = pluginsFor(node.entities.read(), route)
    .filter(({ name }) => node.plugins.includes(name))
    .map(({ name, config }) => ({ name, config }));
  const { method, headers, url } = request;
  const path = new URL(url, 'http://proxy').pathname;
  return node.vm.demand({ command: 'access', request: { method, path, headers, plugins } });
}

/** The proxy, which is the upstream server too: what the plugins let pass is answered here. */
export function createProxy(node) {
  return async (request, response) => {
    if (node.unsafe !== undefined) {
      node.log.write(
        'alert',
        '*1 [lua] init.lua:1125: unsafe request processing due to earlier initialization errors;' +
          ` this node must be restarted (${node.unsafe})`,
      );
      return request.socket.destroy();
    }
    const { pathname } = new URL(request.url, 'http://proxy');
    const route = findRoute(node.entities.read(), pathname);
    if (route === undefined)
      return sendJson(response, 404, { message: 'no Route matched with those values' });
    const { status, headers, body } = await runPlugins(node, request, route);
    const type = { 'content-type': 'application/json; charset=utf-8' };
    response.writeHead(status ?? 200, { ...type, ...headers });
    const answer = status === undefined ? { upstream: pathname } : (body ?? '');
    response.end(typeof answer === 'string' ? answer : JSON.stringify(answer));
  };
}
