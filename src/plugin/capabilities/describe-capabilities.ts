import { findRequires } from '../find-requires.ts';
import { parseLua } from '../parse-lua.ts';
import { findModule } from '../plugin-tree.ts';
import type { Capability, PackagedPlugin } from './capability.ts';
import { forKongOperator, listed } from './kong-operator.ts';
import { forStreaming } from './streaming.ts';

/** Which ways are open to a plugin besides `install`, each with the reason. */
export function describeCapabilities(plugin: PackagedPlugin): readonly Capability[] {
  return [forKongOperator(plugin), forStreaming(plugin), forKonnect(plugin), forHybrid(plugin)];
}

/** What a control plane runs of a plugin besides its schema. */
const CONTROL_PLANE = /^(?:daos|api|status_api|migrations|strategies)(?:\.lua$|\/)/;

function controlPlaneFiles({ name, files }: PackagedPlugin): readonly string[] {
  const directory = `kong/plugins/${name}/`;
  return files
    .filter(({ path }) => path.startsWith(directory))
    .map(({ path }) => path.slice(directory.length))
    .filter((path) => CONTROL_PLANE.test(path));
}

/** Kong's documentation, "Custom plugins in Konnect hybrid mode": Konnect gets schema.lua alone. */
function forKonnect(plugin: PackagedPlugin): Capability {
  const own = controlPlaneFiles(plugin);
  const fault = own.length > 0 ? `Konnect runs none of ${listed(own)}` : schemaRequire(plugin);
  return {
    way: 'konnect',
    possible: fault === undefined,
    reason: fault ?? 'upload schema.lua to Konnect, and install the plugin on every data plane',
  };
}

function schemaRequire({ name, files }: PackagedPlugin): string | undefined {
  const schema = findModule(files, `kong/plugins/${name}/`, 'schema');
  const parsed = parseLua(schema?.bytes ?? new Uint8Array());
  if (!parsed.ok) return 'schema.lua could not be read';
  const [required] = findRequires(parsed.chunk);
  return (
    required &&
    `schema.lua:${required.line} requires ${required.module}, and Konnect takes a schema without require`
  );
}

function forHybrid(plugin: PackagedPlugin): Capability {
  const own = controlPlaneFiles(plugin);
  const runs = own.length > 0 ? ` and runs ${listed(own)}` : '';
  return {
    way: 'hybrid',
    possible: true,
    reason: `install it on the control plane too, which reads handler and schema${runs}; for an upgrade there first`,
  };
}
