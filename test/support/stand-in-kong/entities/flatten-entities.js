import { createHash } from 'node:crypto';

/** Which collections an entity may hold, and by which field these then name it. */
const CHILDREN = {
  services: [
    ['routes', 'service'],
    ['plugins', 'service'],
  ],
  routes: [['plugins', 'route']],
  consumers: [['plugins', 'consumer']],
  plugins: [],
};
const DEFAULTS = {
  services: { host: 'upstream.invalid', port: 80, protocol: 'http' },
  routes: { protocols: ['http', 'https'] },
  consumers: {},
  plugins: {
    enabled: true,
    protocols: ['grpc', 'grpcs', 'http', 'https'],
    config: {},
    service: null,
    route: null,
    consumer: null,
  },
};

/** An identifier in the form of a UUID that depends on its seed alone. */
export function identifierOf(seed) {
  const hex = createHash('sha256').update(seed).digest('hex');
  return [8, 12, 16, 20, 32].map((end, i, ends) => hex.slice(ends[i - 1] ?? 0, end)).join('-');
}

/** A reference by name or by identifier, as a declarative configuration has it. */
function resolveReferences(entity, entities) {
  for (const [field, collection] of [
    ['service', 'services'],
    ['route', 'routes'],
    ['consumer', 'consumers'],
  ]) {
    const wanted = entity[field]?.id ?? entity[field]?.name ?? entity[field];
    if (wanted === null || wanted === undefined) continue;
    const found = entities[collection].find(
      ({ id, name, username }) => id === wanted || name === wanted || username === wanted,
    );
    entity[field] = { id: found?.id ?? wanted };
  }
}

function addAll(collection, { items, parent, origin, entities }) {
  for (const [index, item] of (items ?? []).entries()) {
    const at = [...origin, collection, index + 1];
    const entity = { ...DEFAULTS[collection], id: identifierOf(at.join('/')), ...item, ...parent };
    for (const [child, field] of CHILDREN[collection]) {
      const rest = { items: entity[child], parent: { [field]: entity.id }, origin: at, entities };
      Reflect.deleteProperty(entity, child);
      addAll(child, rest);
    }
    entities[collection].push(entity);
    entities.origins.set(entity, at);
  }
}

/**
 * The entities of a declarative configuration, nested or flat, each in its collection.
 * `origins` says where in the document each one stood.
 */
export function flattenEntities(document) {
  const entities = { services: [], routes: [], consumers: [], plugins: [], origins: new Map() };
  for (const collection of Object.keys(CHILDREN))
    addAll(collection, { items: document[collection], parent: {}, origin: [], entities });
  for (const collection of ['routes', 'plugins'])
    for (const entity of entities[collection]) resolveReferences(entity, entities);
  return entities;
}
