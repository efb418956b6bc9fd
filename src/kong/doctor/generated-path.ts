import { join } from 'node:path';
import { readIfPossible } from '../conf-files.ts';
import type { DoctorFinding } from './finding.ts';

/** What nginx was told; a template of the user's own can make it differ from the setting. */
export interface GeneratedPath {
  readonly file: string;
  readonly luaPackagePath: string;
  /** Kong's template puts `;;` behind the setting, and OpenResty its default path in place of it. */
  readonly hasDefault: boolean;
}

/** @returns `undefined` where there is no generated configuration that can be read */
export function readGeneratedPath(prefix: string): GeneratedPath | undefined {
  const file = join(prefix, 'nginx-kong.conf');
  const text = readIfPossible(file)?.toString('utf8') ?? '';
  const luaPackagePath = /^\s*lua_package_path\s+(["']?)(.*?)\1\s*;\s*$/m.exec(text)?.[2];
  if (luaPackagePath === undefined) return undefined;
  return { file, luaPackagePath, hasDefault: luaPackagePath.includes(';;') };
}

/** Without `;;` neither Kong's own tree nor what is installed in it is searched. */
export function checkGeneratedPath(prefix: string): readonly DoctorFinding[] {
  const generated = readGeneratedPath(prefix);
  if (!generated || generated.hasDefault) return [];
  return [
    {
      code: 'default-path-missing',
      severity: 'error',
      cause:
        'nginx was given a Lua path without ;; at its end: the default path, /usr/local/share/lua/5.1 among it, is not searched',
      evidence: [`${generated.file}: lua_package_path '${generated.luaPackagePath}'`],
      fix: "End the line in your nginx template as Kong's own does: lua_package_path '${{LUA_PACKAGE_PATH}};;'",
      plugins: [],
    },
  ];
}
