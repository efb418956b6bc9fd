import { identifierOf } from '../entities/flatten-entities.js';
import { validateConfiguration } from '../entities/validate-configuration.js';
import { readText } from './send-json.js';

const MAXIMUM_SIZE = 1000;
const REFERENCES = { services: 'service', routes: 'route', consumers: 'consumer' };
const NOT_FOUND = [404, { message: 'Not found' }];

const isNamed = (wanted) => (entity) =>
  [entity.id, entity.name, entity.username].includes(wanted) && wanted !== undefined;

/** One page of a list. `next` names the offset alone: a size has to be asked for each time. */
function page(items, url) {
  const size = Number(url.searchParams.get('size') ?? 100);
  if (!Number.isInteger(size) || size < 1 || size > MAXIMUM_SIZE)
    return [400, { message: `size must be an integer between 1 and ${MAXIMUM_SIZE}` }];
  const given = url.searchParams.get('offset');
  const from = given === null ? 0 : Number(Buffer.from(given, 'base64url').toString());
  if (Number.isNaN(from)) return [400, { message: 'invalid offset' }];
  const data = items.slice(from, from + size);
  if (from + size >= items.length) return [200, { data, next: null }];
  const offset = Buffer.from(String(from + size)).toString('base64url');
  return [200, { data, offset, next: `${url.pathname}?offset=${offset}` }];
}

/** `/plugins`, `/plugins/ID`, `/services/NAME/plugins` and their like. */
export function listEntities({ node, url, parts: [collection, wanted, child] }) {
  const entities = node.entities.read();
  if (wanted === undefined) return page(entities[collection], url);
  const entity = entities[collection].find(isNamed(wanted));
  if (entity === undefined) return NOT_FOUND;
  if (child === undefined) return [200, entity];
  const reference = REFERENCES[collection];
  if (reference === undefined) return NOT_FOUND;
  return page(
    entities[child].filter((item) => item[reference]?.id === entity.id),
    url,
  );
}

async function create(node, collection, given) {
  const entities = node.entities.read();
  const id = identifierOf(`${collection}/${Date.now()}/${entities[collection].length}`);
  const document = { _format_version: '3.0', [collection]: [{ id, ...given }] };
  const checked = await validateConfiguration(node.vm, { ...node, document });
  if (checked.problem !== undefined)
    return [400, { message: `schema violation (${checked.problem})`, code: 2 }];
  const [added] = checked.entities[collection];
  node.entities.write({ ...entities, [collection]: [...entities[collection], added] });
  return [201, added];
}

/** Creates or deletes an entity, which takes a database. */
export async function changeEntities({ node, request, parts: [collection, wanted] }) {
  const verb = request.method === 'POST' ? 'create' : 'remove';
  if (node.settings.database === 'off')
    return [
      405,
      {
        code: 12,
        name: 'operation unsupported',
        message: `cannot ${verb} '${collection}' entities when not using a database`,
      },
    ];
  if (wanted === undefined) return create(node, collection, JSON.parse(await readText(request)));
  const entities = node.entities.read();
  const kept = entities[collection].filter((entity) => !isNamed(wanted)(entity));
  node.entities.write({ ...entities, [collection]: kept });
  return [204];
}
