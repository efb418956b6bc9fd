import type { KongNode } from '../node/kong-node.ts';
import { askNode, pageOf, type Answer, type Asking } from './ask-node.ts';
import { fieldOf, parseJson } from './json-fields.ts';

/** What a node says of itself on `/` of its Admin API. */
export interface AdminState {
  /** VERSION of each plugin that the answering worker has loaded. */
  readonly plugins: ReadonlyMap<string, string>;
  readonly workerPids: readonly number[];
}

/**
 * Asks a node's own Admin API what it has loaded.
 * @returns a text for people where it does not say
 * @throws the signal's reason
 */
export async function askAdmin(node: KongNode, asking: Asking): Promise<AdminState | string> {
  const { adminUrl, adminHeaders: headers } = node;
  if (!adminUrl) return 'the node has no Admin API';
  const answer = await askNode({ ...asking, url: pageOf(adminUrl, '/'), headers });
  const found = demandOk(answer, adminUrl);
  if (typeof found === 'string') return found;
  return readState(found.body) ?? `${adminUrl.origin} is not Kong's Admin API`;
}

/** @returns the answer of an Admin API, or a text for people where it is none that can be used */
export function demandOk(answer: Answer | undefined, { origin }: URL): Answer | string {
  if (answer === undefined) return `nobody answers at ${origin}`;
  const { status } = answer;
  if (status === 401 || status === 403)
    return `${origin} wants credentials (${status}): give --admin-header`;
  return status === 200 ? answer : `${origin} answers ${status}`;
}

function readState(body: string): AdminState | undefined {
  const root = parseJson(body);
  const available = fieldOf(fieldOf(root, 'plugins'), 'available_on_server');
  const workers = fieldOf(fieldOf(root, 'pids'), 'workers');
  if (typeof available !== 'object' || available === null || !Array.isArray(workers))
    return undefined;
  const plugins = Object.entries(available).map(([name, facts]): [string, string] => {
    const version = fieldOf(facts, 'version');
    return [name, typeof version === 'string' ? version : ''];
  });
  return { plugins: new Map(plugins), workerPids: workers.map(Number) };
}
