import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';

/** What is wrong with a plugin, or what it does; where it can be, hidden from a look at the text. */
export type PluginKind =
  | 'good'
  | 'syntax'
  | 'missing-dependency'
  | 'priority'
  | 'version'
  | 'schema'
  | 'required-field'
  | 'endless-loop'
  /** Loads where a shell runs `kong`; nginx keeps no variable of those it was started with. */
  | 'shell-variable'
  | 'runtime-error'
  | 'lazy-require';

export interface SamplePlugin {
  /** `1.0.0` unless told; each answer carries it as `x-NAME-version`. */
  readonly version?: string;
  readonly kind?: PluginKind;
}

const AT_LOAD: Partial<Record<PluginKind, string>> = {
  syntax: 'local broken = = 1\n',
  'missing-dependency': 'require("no.such" .. ".module")\n',
  'endless-loop': 'while true do end\n',
  'shell-variable': 'assert(os.getenv("HOME"), "HOME is not set")\n',
};

const AFTER_TABLE: Partial<Record<PluginKind, string>> = {
  priority: 'handler["PRIORITY"] = tonumber("1.5")\n',
  version: 'handler["VERSION"] = table.concat({ "1", "2", "3", "4" }, ".")\n',
};

/** In the phase that each request runs. `NAME` stands for the plugin's name. */
const AT_ACCESS: Partial<Record<PluginKind, string>> = {
  'runtime-error': '  error("broken at run time")\n',
  'lazy-require':
    '  local detail = require("kong.plugins.NAME.detail")\n' +
    '  kong.response.set_header("x-NAME-detail", detail.version)\n',
};

function handlerText(name: string, version: string, kind: PluginKind): string {
  return `${AT_LOAD[kind] ?? ''}local handler = { PRIORITY = 10, VERSION = "${version}" }
${AFTER_TABLE[kind] ?? ''}
function handler:access(conf)
  kong.response.set_header("x-${name}-version", "${version}")
${(AT_ACCESS[kind] ?? '').replaceAll('NAME', name)}end

return handler
`;
}

function schemaText(name: string, kind: PluginKind): string {
  const field =
    kind === 'required-field' ? '{ token = { type = "string", required = true } },' : '';
  return `local schema = {
  name = "${name}",
  fields = { { config = { type = "record", fields = { ${field} } } } },
}
${kind === 'schema' ? 'schema["no_" .. "consumer"] = true\n' : ''}return schema
`;
}

/**
 * Writes a sample plugin below a Lua root, over an older version of it.
 * @returns its directory, ready to be packed
 */
export function writePlugin(root: string, name: string, sample: SamplePlugin = {}): string {
  const { version = '1.0.0', kind = 'good' } = sample;
  const directory = join(root, 'kong', 'plugins', name);
  mkdirSync(directory, { recursive: true });
  const write = (file: string, text: string): void => {
    writeFileSync(join(directory, file), text);
  };
  write('handler.lua', handlerText(name, version, kind));
  write('schema.lua', schemaText(name, kind));
  if (kind === 'lazy-require') write('detail.lua', `return { version = "${version}" }\n`);
  return directory;
}
