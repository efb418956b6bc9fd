import { dirname, resolve } from 'node:path';
import { parseSections } from '../../signing/policy/parse-sections.ts';
import { readTrust } from '../../signing/policy/parse-trust-policy.ts';
import { readMirrorSection } from '../mirrors/read-mirror-section.ts';
import { readNamedFile } from '../read-policy.ts';
import { readSourceFile } from '../read-source-file.ts';
import type { Configuration } from './configuration.ts';
import { readKongSection } from './read-kong-section.ts';
import { readPluginSection } from './read-plugin-section.ts';

/**
 * Reads a `kongcrate.yaml` whole, and the files that its policy names: docs/kongcrate-yaml.md has
 * every key. Relative paths in it are relative to its own directory.
 * @throws KongcrateError POLICY_INVALID with line, column and what is allowed there;
 *   SOURCE_UNREADABLE
 */
export async function readConfiguration(file: string): Promise<Configuration> {
  const { trust, mirrors, luaRoot, kong, plugins } = parseSections(readSourceFile(file), file);
  const directory = dirname(resolve(file));
  const policy = trust && (await readTrust(trust, { file, readFile: readNamedFile(directory) }));
  return {
    file,
    ...(policy && { trust: policy }),
    mirrors: readMirrorSection(mirrors, file),
    ...(luaRoot && { luaRoot: resolve(directory, luaRoot.text()) }),
    kong: readKongSection(kong, directory),
    plugins: readPluginSection(plugins),
  };
}
