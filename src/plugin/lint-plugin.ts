import { evaluateLua } from './evaluate-lua.ts';
import type { Finding } from './finding.ts';
import { isAtLeast, KNOWN_RELEASE, type KongRelease } from './kong-release.ts';
import { type LuaModule, readLuaModules } from './lua-module.ts';
import type { LuaValue } from './lua-value.ts';
import type { PluginFile } from './plugin-file.ts';
import { findModule, type PluginModule } from './plugin-tree.ts';
import { checkDaos } from './rules/check-daos.ts';
import { checkFile } from './rules/check-file.ts';
import { checkHandler } from './rules/check-handler.ts';
import { checkLayout } from './rules/check-layout.ts';
import { checkLua } from './rules/check-lua.ts';
import { checkPath } from './rules/check-path.ts';
import { checkRemovedFields } from './rules/check-removed-fields.ts';
import { checkRequires } from './rules/check-requires.ts';
import { checkSchema } from './rules/check-schema.ts';
import type { RuleSubject } from './rules/rule-subject.ts';

type ReturnRule = (subject: RuleSubject, returned: LuaValue) => readonly Finding[];

/**
 * Checks what would be packed as a plugin, without running any of it. Never throws.
 * @param release the Kong it is meant for
 * @returns findings by file and line, paths as in the source
 */
export function lintPlugin(
  name: string,
  files: readonly PluginFile[],
  release: KongRelease = KNOWN_RELEASE,
): readonly Finding[] {
  const modules = readLuaModules(files);
  const findings = [
    ...checkLayout(name, files),
    ...files.flatMap(checkPath),
    ...files.flatMap(({ source }) => checkFile(source)),
    ...modules.flatMap(checkLua),
    ...checkRequires(name, modules, release),
    ...checkReturned(name, modules, release),
  ];
  return findings.sort(
    (a, b) => Buffer.compare(Buffer.from(a.file), Buffer.from(b.file)) || a.line - b.line,
  );
}

/** What Kong asks of the values that the plugin's own modules return. */
function checkReturned(
  plugin: string,
  modules: readonly LuaModule[],
  release: KongRelease,
): readonly Finding[] {
  const check = (module: PluginModule, rules: readonly ReturnRule[]): readonly Finding[] => {
    const own = findModule(modules, `kong/plugins/${plugin}/`, module);
    if (own?.parsed.ok !== true) return [];
    const { chunk } = own.parsed;
    const { returned } = evaluateLua(chunk);
    return rules.flatMap((rule) => rule({ plugin, file: own.file, chunk }, returned));
  };
  // Kong 2 asked nothing of a handler, and had the typedefs that are gone.
  const isKong3 = isAtLeast(release, '3.0');
  return [
    ...check('handler', isKong3 ? [checkHandler] : []),
    ...check('schema', isKong3 ? [checkSchema, checkRemovedFields] : [checkSchema]),
    ...check('daos', [checkDaos]),
  ];
}
