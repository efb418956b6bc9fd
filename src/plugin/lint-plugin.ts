import { evaluateLua } from './evaluate-lua.ts';
import type { Finding } from './finding.ts';
import { foreignCode } from './foreign-code.ts';
import { BUNDLED_PLUGINS } from './kong-modules.ts';
import { parseLua, type ParsedLua } from './parse-lua.ts';
import type { PluginFile } from './plugin-file.ts';
import { findModule, pluginOf } from './plugin-tree.ts';
import { checkFile } from './rules/check-file.ts';
import { checkHandler } from './rules/check-handler.ts';
import { checkPath } from './rules/check-path.ts';
import { checkRequires } from './rules/check-requires.ts';
import { checkSchema } from './rules/check-schema.ts';

/**
 * Checks what would be packed as a plugin, without running any of it. Never throws.
 * @returns findings by file and line, paths as in the source
 */
export function lintPlugin(name: string, files: readonly PluginFile[]): readonly Finding[] {
  const directory = `kong/plugins/${name}/`;
  const handler = findModule(files, directory, 'handler');
  const schema = findModule(files, directory, 'schema');
  const findings = [
    ...checkBundled(name, directory),
    ...checkPresence(
      `${directory}handler.lua`,
      handler,
      `${name} plugin is enabled but not installed`,
    ),
    ...checkPresence(
      `${directory}schema.lua`,
      schema,
      `no configuration schema found for plugin: ${name}`,
    ),
    ...files.flatMap((file) => checkOwner(name, file)),
    ...files.flatMap(checkPath),
    ...files.flatMap(({ source }) => checkFile(source)),
    ...files.flatMap((file) => checkLua(name, file, { handler, schema })),
  ];
  return findings.sort(
    (a, b) => Buffer.compare(Buffer.from(a.file), Buffer.from(b.file)) || a.line - b.line,
  );
}

function checkBundled(name: string, file: string): readonly Finding[] {
  if (!BUNDLED_PLUGINS.has(name)) return [];
  return [
    {
      severity: 'error',
      rule: 'bundled-name',
      file,
      line: 1,
      message: `${name} is the name of a plugin that Kong brings along; this one would shadow it`,
      remedy: 'Give the plugin a name of its own.',
    },
  ];
}

function checkOwner(name: string, { path, source }: PluginFile): readonly Finding[] {
  const owner = pluginOf(path) ?? name;
  if (owner === name) return [];
  return [
    {
      severity: 'error',
      rule: 'other-plugin',
      file: source.path,
      line: 1,
      message: `${path} would be packed with ${name} and belongs to the plugin ${owner}`,
      remedy: 'Ship one plugin at a time; rename it where it is a module of a library.',
    },
  ];
}

function checkPresence(
  path: string,
  found: PluginFile | undefined,
  kongSays: string,
): readonly Finding[] {
  const rule = path.endsWith('handler.lua') ? 'handler-missing' : 'schema-missing';
  if (found === undefined)
    return [
      {
        severity: 'error',
        rule,
        file: path,
        line: 1,
        message: `there is no ${path}: ${kongSays}`,
        remedy: 'Every Kong plugin needs a handler.lua and a schema.lua.',
      },
    ];
  if (found.path === path) return [];
  return [
    {
      severity: 'warning',
      rule: 'init-module',
      file: found.source.path,
      line: 1,
      message: `${found.path} is found only where lua_package_path has ?/init.lua, too`,
      remedy: `Name it ${path}.`,
    },
  ];
}

function checkLua(
  plugin: string,
  { path, source }: PluginFile,
  modules: { readonly handler: PluginFile | undefined; readonly schema: PluginFile | undefined },
): readonly Finding[] {
  const isLua = path.endsWith('.lua') && source.kind === 'file';
  if (!isLua || foreignCode(path, source.bytes) !== undefined) return [];
  const file = source.path;
  const parsed = parseLua(source.bytes);
  if (!parsed.ok) return [unparsed(file, parsed)];
  const findings = checkRequires(file, parsed.chunk);
  if (path !== modules.handler?.path && path !== modules.schema?.path) return findings;
  const { returned } = evaluateLua(parsed.chunk);
  const check = path === modules.handler?.path ? checkHandler : checkSchema;
  return [...findings, ...check({ plugin, file }, returned)];
}

function unparsed(
  file: string,
  { reason, line, message }: Extract<ParsedLua, { ok: false }>,
): Finding {
  if (reason === 'limit')
    return {
      severity: 'warning',
      rule: 'lua-too-large',
      file,
      line,
      message: `it was not checked: ${message}`,
      remedy: 'Put large data into a file that is no Lua, and read that.',
    };
  return {
    severity: 'error',
    rule: 'lua-syntax',
    file,
    line,
    message,
    remedy: 'Correct the syntax; Kong loads Lua 5.1 as LuaJIT understands it.',
  };
}
