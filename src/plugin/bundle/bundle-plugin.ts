import type { ArchivedFile, PlannedFile } from '../../content/extraction-plan.ts';
import { wholeOf } from '../../content/byte-source.ts';
import { tarBytes } from '../capabilities/kong-operator.ts';
import { indexByModuleName } from '../index-by-module-name.ts';
import { type LuaModule, readLuaModule } from '../lua-module.ts';
import { findModule, type PluginModule } from '../plugin-tree.ts';
import { quoteLua } from './quote-lua.ts';
import { refuseSize, refuseUnbundled } from './refuse-unbundled.ts';
import { requiredBy } from './required-by.ts';

/**
 * Puts a plugin of many Lua files into its handler and its schema, which is all that Kong's
 * operator takes. Every module keeps its name, its `...`, and its file and lines in errors. The
 * schema brings along what it requires, since Kong and Konnect may load it alone.
 * @returns the two files; without other modules they are as they were
 * @throws KongcrateError PLUGIN_REFUSED: it would not behave the same, or is larger than 1 MiB
 */
export function bundlePlugin(name: string, files: readonly ArchivedFile[]): readonly PlannedFile[] {
  const modules = files.map(({ path, bytes }) => readLuaModule({ path, file: path, bytes }));
  refuseUnbundled(name, modules);
  const directory = `kong/plugins/${name}/`;
  const handler = findModule(modules, directory, 'handler');
  const schema = findModule(modules, directory, 'schema');
  const others = modules.filter((module) => module !== handler && module !== schema);
  const wrap = (module: PluginModule, main: LuaModule | undefined, parts: readonly LuaModule[]) =>
    main === undefined
      ? []
      : [{ path: `${directory}${module}.lua`, bytes: wrapModules(main, parts, modules) }];
  const bundled = [
    ...wrap('handler', handler, others),
    ...wrap('schema', schema, schema === undefined ? [] : requiredBy(schema, others)),
  ];
  refuseSize(tarBytes(bundled.map(({ bytes }) => bytes.length)));
  return bundled;
}

function wrapModules(
  main: LuaModule,
  parts: readonly LuaModule[],
  all: readonly LuaModule[],
): Uint8Array {
  if (parts.length === 0) return wholeOf(main.bytes);
  const names = [...indexByModuleName(all)];
  const lines = parts.flatMap((part) => [
    `module = ${loadString(part)}`,
    ...names
      .filter(([, module]) => module === part)
      .map(([name]) => `preload["${name}"] = preload["${name}"] or module`),
  ]);
  const text = [
    '-- Bundled by kongcrate: every module under its own name, then the file itself.',
    'local preload, module = package.preload, nil',
    ...lines,
    `return ${loadString(main)}(...)`,
    '',
  ].join('\n');
  return Buffer.from(text, 'latin1');
}

/** A chunk named like the file, as `require` would name it. */
function loadString({ path, bytes }: LuaModule): string {
  return `assert(loadstring(${quoteLua(Buffer.from(wholeOf(bytes)).toString('latin1'))}, "@${path}"))`;
}
