import { sendJson } from './send-json.js';

/** Why the node should get no traffic, if it should not. */
function notReady(node) {
  if (!node.ready) return 'failed to initialize the workers: see the error log';
  if (node.unsafe !== undefined) return 'unsafe request processing';
  if (!node.entities.exists()) return 'no configuration available (empty configuration present)';
  return undefined;
}

/** The status API: state and readiness, nothing of plugins. */
export function createStatusApi(node) {
  return async (request, response) => {
    const { pathname } = new URL(request.url, 'http://status');
    if (pathname === '/status') return sendJson(response, 200, { server: {}, memory: {} });
    if (pathname !== '/status/ready') return sendJson(response, 404, { message: 'Not found' });
    const reason = notReady(node);
    sendJson(response, reason === undefined ? 200 : 503, { message: reason ?? 'ready' });
  };
}
