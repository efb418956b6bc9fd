import type { Finding } from '../finding.ts';
import { followRequires, type FollowedRequire } from '../follow-requires.ts';
import { KNOWN_RELEASE, type KongRelease } from '../kong-release.ts';
import type { LuaModule } from '../lua-module.ts';
import { isOfferedByKong } from '../offered-modules.ts';
import { isLoadedByKong } from '../plugin-tree.ts';
import { isRemovedIn, REMOVED_MODULES } from '../removed-modules.ts';

/**
 * What a plugin requires and will not find. Of 222 public plugins 71 fail on a module that Kong
 * removed; a module that nobody else can bring is an error, one that a rock may bring a warning.
 */
export function checkRequires(
  plugin: string,
  modules: readonly LuaModule[],
  release: KongRelease,
): readonly Finding[] {
  return followRequires(modules, ({ path }) => isLoadedByKong(path, plugin)).flatMap((one) => {
    if (one.found !== undefined) return [];
    const remedy = REMOVED_MODULES.get(one.module);
    if (remedy === undefined) return missing(plugin, one);
    return isRemovedIn(release, one.module) ? [gone(one, remedy)] : [];
  });
}

function gone({ from, module, line, atStart }: FollowedRequire, remedy: string): Finding {
  return {
    severity: atStart ? 'error' : 'warning',
    rule: 'removed-module',
    file: from.file,
    line,
    message: atStart
      ? `module '${module}' not found: it was removed from Kong, so the plugin cannot be loaded`
      : `module '${module}' was removed from Kong; this fails when it is reached`,
    remedy,
  };
}

function missing(
  plugin: string,
  { from, module, name, line, atStart }: FollowedRequire,
): readonly Finding[] {
  if (!atStart || isOfferedByKong(name)) return [];
  const isOwn = name.startsWith(`kong.plugins.${plugin}.`);
  return [
    {
      severity: isOwn ? 'error' : 'warning',
      rule: 'missing-module',
      file: from.file,
      line,
      message: `module '${module}' not found: neither the package nor Kong ${KNOWN_RELEASE} has it`,
      remedy: isOwn
        ? 'Add the file, or correct the name: upper and lower case count.'
        : 'Pack it beside the plugin, or install it on every node before Kong loads the plugin.',
    },
  ];
}
