import type { Finding } from '../finding.ts';
import type { SourceFile } from '../source-file.ts';

/** Says what was left out because kongcrate itself or LuaRocks writes such files. */
export function checkOwnOutput(outputs: readonly SourceFile[]): readonly Finding[] {
  return outputs.map(({ path }) => ({
    severity: 'warning',
    rule: 'own-output',
    file: path,
    line: 1,
    message: `${path} is left out: ${path.endsWith('/') ? 'it is an OCI layout' : 'it belongs to an archive or layout'}, not to the plugin`,
    remedy: 'Write it outside of the plugin directory, or name it in .kongcrateignore.',
  }));
}
