import type { Finding } from '../../src/plugin/finding.ts';
import type { KongRelease } from '../../src/plugin/kong-release.ts';
import { lintPlugin } from '../../src/plugin/lint-plugin.ts';
import { HANDLER, SCHEMA, sourceOf, type Texts } from './source-of.ts';

/** The findings for files below `kong/plugins/my-plugin`, named without that directory. */
export function lintFiles(files: Texts, name = 'my-plugin'): readonly Finding[] {
  return lintPlugin(
    name,
    sourceOf(files).map((source) => ({ path: `kong/plugins/${name}/${source.path}`, source })),
  );
}

/** The findings for a sound plugin with these files added or replaced. */
export function lintWith(files: Texts, release?: KongRelease): readonly Finding[] {
  return lintPlugin(
    'my-plugin',
    sourceOf({ 'handler.lua': HANDLER, 'schema.lua': SCHEMA, ...files }).map((source) => ({
      path: `kong/plugins/my-plugin/${source.path}`,
      source,
    })),
    release,
  );
}

export function summarize(findings: readonly Finding[]): readonly string[] {
  return findings.map(({ severity, rule, file, line }) => `${severity} ${rule} ${file}:${line}`);
}
