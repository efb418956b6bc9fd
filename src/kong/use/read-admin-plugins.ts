import { demandOk } from '../activation/ask-admin.ts';
import { askNode, pageOf, type Answer, type Asking } from '../activation/ask-node.ts';
import { fieldOf, parseJson } from '../activation/json-fields.ts';
import { SCOPES, type PluginEntity } from './plugin-use.ts';

export interface AdminAsking extends Asking {
  readonly adminUrl: URL;
  /** Such as `Kong-Admin-Token`; sent to no other address. */
  readonly headers: Readonly<Record<string, string>>;
}

/** The most that Kong gives at once. */
const PAGE_SIZE = 1_000;
const MAX_PAGES = 1_000;

/**
 * Reads every plugin entity that an Admin API knows: all pages, of all workspaces where there are
 * some (Kong Enterprise).
 * @returns a text for people where one page is missing
 * @throws the signal's reason
 */
export async function readAdminPlugins(
  asking: AdminAsking,
): Promise<readonly PluginEntity[] | string> {
  const workspaces = await readWorkspaces(asking);
  if (typeof workspaces === 'string') return workspaces;
  const entities: PluginEntity[] = [];
  for (const workspace of workspaces) {
    const path = `${workspace}/plugins`;
    const items = await readPages(asking, path);
    if (typeof items === 'string') return items;
    for (const item of items) {
      const entity = asEntity(item, pageOf(asking.adminUrl, path));
      if (!entity) return notKong(asking);
      entities.push(entity);
    }
  }
  return entities;
}

/** @returns path prefixes; Kong without workspaces has the one that is empty */
async function readWorkspaces(asking: AdminAsking): Promise<readonly string[] | string> {
  const first = await askPage(asking, '/workspaces');
  if (first?.status === 404) return (await findEnterprise(asking)) ?? [''];
  const items = await readPages(asking, '/workspaces', first);
  if (typeof items === 'string') return items;
  const names = items.map((item) => fieldOf(item, 'name'));
  // There is always one that is called default.
  if (names.length === 0 || !names.every((name) => typeof name === 'string'))
    return notKong(asking);
  return names.map((name) => `/${encodeURIComponent(name)}`);
}

/** Only Kong Enterprise has workspaces: without a list of them the answer is about one of many. */
async function findEnterprise(asking: AdminAsking): Promise<string | undefined> {
  const root = parseJson((await askPage(asking, '/'))?.body ?? '');
  return fieldOf(root, 'edition') === 'enterprise'
    ? `${asking.adminUrl.href} shows one workspace alone: give the address without a workspace`
    : undefined;
}

/**
 * Reads a list of the Admin API, all its pages.
 * @returns a text for people where one is missing
 */
export async function readPages(
  asking: AdminAsking,
  path: string,
  first?: Answer,
): Promise<readonly unknown[] | string> {
  const items: unknown[] = [];
  const offsets = new Set<string>();
  let answer = first ?? (await askPage(asking, path));
  for (;;) {
    const page = demandOk(answer, asking.adminUrl);
    if (typeof page === 'string') return `${page} (${path})`;
    const body = parseJson(page.body);
    const data = listOf(fieldOf(body, 'data'));
    const offset = offsetOf(body);
    if (data === undefined || offset === undefined) return notKong(asking);
    for (const item of data) items.push(item);
    if (offset === '') return items;
    if (offsets.has(offset) || offsets.size >= MAX_PAGES)
      return `${asking.adminUrl.origin} does not come to the last page of ${path}`;
    offsets.add(offset);
    answer = await askPage(asking, path, offset);
  }
}

function askPage(
  { adminUrl, headers, send, signal }: AdminAsking,
  path: string,
  offset?: string,
): Promise<Answer | undefined> {
  const url = pageOf(adminUrl, path);
  url.searchParams.set('size', String(PAGE_SIZE));
  if (offset !== undefined) url.searchParams.set('offset', offset);
  return askNode({ url, headers, send, signal });
}

/** cjson may write an empty list as an empty object. */
function listOf(data: unknown): readonly unknown[] | undefined {
  if (Array.isArray(data)) return data as readonly unknown[];
  return typeof data === 'object' && data !== null && Object.keys(data).length === 0
    ? []
    : undefined;
}

/**
 * Where the next page begins; empty behind the last one, of which Kong says `"next": null`. Of an
 * address the offset alone counts: no answer sends us, and the headers, elsewhere.
 */
function offsetOf(body: unknown): string | undefined {
  const next = fieldOf(body, 'next');
  if (next === null) return '';
  if (typeof next !== 'string') return undefined;
  const offset = new URLSearchParams(next.slice(next.indexOf('?') + 1)).get('offset') ?? '';
  // An empty one would be the first page again.
  return offset === '' ? undefined : offset;
}

function asEntity(item: unknown, list: URL): PluginEntity | undefined {
  const [id, name] = [fieldOf(item, 'id'), fieldOf(item, 'name')];
  if (typeof id !== 'string' || typeof name !== 'string') return undefined;
  const scopes = SCOPES.flatMap((scope) => {
    const target = fieldOf(fieldOf(item, scope), 'id');
    return typeof target === 'string' ? [`${scope} ${target}`] : [];
  });
  const scope = scopes.join(', ') || 'global';
  return { id, name, scope, at: pageOf(list, `/${encodeURIComponent(id)}`).href };
}

const notKong = ({ adminUrl }: AdminAsking): string => `${adminUrl.origin} is not Kong's Admin API`;
