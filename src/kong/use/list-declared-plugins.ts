import { parse } from 'yaml';
import { messageOf } from '../../errors/kongcrate-error.ts';
import { fieldOf, parseJson } from '../activation/json-fields.ts';
import { SCOPES, type PluginEntity } from './plugin-use.ts';

/** With aliases a small document may stand for more than a machine can hold. */
const MAX_ENTITIES = 500_000;
/** Entities that name a plugin; Kong Enterprise keeps the code of some in the others. */
const PLUGINS = ['plugins', 'custom_plugins'];
/** Notes of people's own, in every entity; Kong leaves them out. */
const IGNORED = '_ignore';

/** An entity of a document, and where it stands. */
interface Entity {
  readonly fields: object;
  /** Collection that it is in. */
  readonly collection: string;
  readonly at: string;
  readonly parent?: Entity;
}

/**
 * Lists the plugin entities of a declarative configuration, in YAML or JSON: those at the top, and
 * those within other entities, however deep.
 * @returns a text for people where it is none, or cannot be read to its end
 */
export function listDeclaredPlugins(text: string): readonly PluginEntity[] | string {
  try {
    return collectPlugins(parseJson(text) ?? parseYaml(text));
  } catch (error) {
    // The lines after the first one quote the document, which may hold passwords.
    return messageOf(error).split('\n', 1)[0] ?? '';
  }
}

/** Kong reads YAML 1.1: `<<` merges keys, and each of these ends a line and its comment (4.1.4). */
function parseYaml(text: string): unknown {
  const lines = text.replaceAll(/\r\n?|[\u0085\u2028\u2029]/g, '\n');
  return parse(lines, { merge: true, maxAliasCount: -1, logLevel: 'error' });
}

function collectPlugins(document: unknown): readonly PluginEntity[] {
  if (typeof fieldOf(document, '_format_version') !== 'string')
    throw new Error('it is no declarative configuration: it has no _format_version');
  const found: PluginEntity[] = [];
  const open: Entity[] = [{ fields: document as object, collection: '', at: '' }];
  let count = 0;
  for (let entity = open.pop(); entity; entity = open.pop()) {
    count += 1;
    if (count > MAX_ENTITIES) throw new Error(`it holds more than ${MAX_ENTITIES} entities`);
    if (PLUGINS.includes(entity.collection)) found.push(asPlugin(entity));
    // Not what a plugin is told.
    else open.push(...entitiesIn(entity).reverse());
  }
  return found;
}

function entitiesIn(parent: Entity): Entity[] {
  return Object.entries(parent.fields).flatMap(([collection, value]: [string, unknown]) => {
    if (collection === IGNORED) return [];
    const at = parent.at === '' ? collection : `${parent.at}.${collection}`;
    if (Array.isArray(value))
      return value.flatMap((fields: unknown, index) =>
        asEntities({ fields, collection, at: `${at}[${index}]`, parent }),
      );
    if (PLUGINS.includes(collection) && value !== null) throw new Error(`${at} is no list`);
    // To Kong a map with numbers for keys is a list, and a quoted `<<` merges.
    return asEntities({ fields: value, collection, at, parent });
  });
}

function asEntities({
  fields,
  ...place
}: Omit<Entity, 'fields'> & { readonly fields: unknown }): Entity[] {
  return typeof fields === 'object' && fields !== null ? [{ fields, ...place }] : [];
}

function asPlugin({ fields, collection, at, parent }: Entity): PluginEntity {
  const [name, id] = [fieldOf(fields, 'name'), fieldOf(fields, 'id')];
  if (typeof name !== 'string') throw new Error(`${at} names no plugin`);
  const own = SCOPES.flatMap((scope) => {
    const target = fieldOf(fields, scope) ?? undefined;
    return target === undefined ? [] : [`${scope} ${labelOf(target)}`];
  });
  const outer = parent && parent.collection !== '' ? [describe(parent)] : [];
  const scope =
    [...outer, ...own].join(', ') || (collection === 'plugins' ? 'global' : 'custom plugin');
  return { name, ...(typeof id === 'string' ? { id } : {}), scope, at };
}

const describe = ({ collection, fields }: Entity): string =>
  `${collection.replace(/s$/, '')} ${labelOf(fields)}`;

/** By what people know an entity; a reference may be that text itself. */
function labelOf(entity: unknown): string {
  const labels = [entity, ...['name', 'username', 'id'].map((key) => fieldOf(entity, key))];
  return labels.find((label) => typeof label === 'string') ?? '(unnamed)';
}
