import { flattenEntities } from './flatten-entities.js';

const TOP_LEVEL = new Set([
  '_format_version',
  '_transform',
  '_comment',
  '_info',
  'services',
  'routes',
  'consumers',
  'plugins',
]);

/** One error in Kong's words: nested names, entries of lists counted from 1. */
function formatError(path, message) {
  const lines = [];
  let indent = '';
  let list = '';
  for (const [index, part] of path.entries()) {
    const isLast = index === path.length - 1;
    if (typeof part === 'number') {
      lines.push(`${indent}- in entry ${part} of '${list}':`);
      indent += '  ';
    } else lines.push(`${indent}in '${part}':${isLast ? ` ${message}` : ''}`);
    list = part;
    indent += '  ';
  }
  return lines.join('\n');
}

function checkDocument(document) {
  if (document === null || typeof document !== 'object' || Array.isArray(document))
    return ['expected a table'];
  const unknown = Object.keys(document).filter((key) => !TOP_LEVEL.has(key));
  const errors = unknown.map((key) => formatError([key], 'unknown field'));
  if (!['1.1', '2.1', '3.0'].includes(document._format_version))
    errors.push(formatError(['_format_version'], 'expected one of: 1.1, 2.1, 3.0'));
  return errors;
}

async function checkPlugin(vm, { plugin, origin, plugins }) {
  if (!plugins.includes(plugin.name)) {
    const hint = `plugin '${plugin.name}' not enabled; add it to the 'plugins' configuration property`;
    return [formatError([...origin, 'name'], hint)];
  }
  const answer = await vm.demand({
    command: 'validate',
    plugin: plugin.name,
    config: plugin.config,
  });
  plugin.config = answer.config;
  const errors = Array.isArray(answer.errors) ? answer.errors : [];
  return errors.map(({ path, message }) => formatError([...origin, ...path], message));
}

/**
 * Judges a declarative configuration by the schemas that a VM has loaded.
 * @returns the entities with their defaults filled in, or the problem as Kong words it
 */
export async function validateConfiguration(vm, { document, plugins }) {
  const errors = checkDocument(document);
  if (errors.length > 0) return { problem: errors.join('\n') };
  const { origins, ...entities } = flattenEntities(document);
  for (const plugin of entities.plugins)
    errors.push(...(await checkPlugin(vm, { plugin, origin: origins.get(plugin), plugins })));
  return errors.length > 0 ? { problem: errors.join('\n') } : { entities };
}
