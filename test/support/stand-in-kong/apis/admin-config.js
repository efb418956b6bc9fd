import { parseDeclarative } from '../entities/read-declarative.js';
import { validateConfiguration } from '../entities/validate-configuration.js';
import { readText } from './send-json.js';

const ONLY_WITHOUT = [
  400,
  { message: 'this endpoint is only available when Kong is configured to not use a database' },
];

/** The loaded configuration as YAML. */
export async function dumpConfiguration({ node }) {
  if (node.settings.database !== 'off') return ONLY_WITHOUT;
  const { stringify } = await import('yaml');
  const { services, routes, consumers, plugins } = node.entities.read();
  const document = { _format_version: '3.0', services, routes, consumers, plugins };
  return [200, { config: stringify(document) }];
}

/** Replaces the loaded configuration, if the schemas accept the new one. */
export async function loadConfiguration({ node, request }) {
  if (node.settings.database !== 'off') return ONLY_WITHOUT;
  const given = await parseDeclarative(await readText(request));
  const document = typeof given.config === 'string' ? await parseDeclarative(given.config) : given;
  const { entities, problem } = await validateConfiguration(node.vm, { ...node, document });
  if (problem !== undefined)
    return [
      400,
      {
        code: 14,
        name: 'invalid declarative configuration',
        message: `declarative config is invalid: ${problem}`,
      },
    ];
  node.entities.write(entities);
  return [201, entities];
}
