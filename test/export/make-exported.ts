import { describe } from '../../src/content/descriptor.ts';
import type { ExportedPlugin } from '../../src/export/exported-plugin.ts';
import { parseDigest, type Digest } from '../../src/reference/digest.ts';
import { OCI_CONFIG, OCI_LAYER_GZIP } from '../../src/reference/media-types.ts';

export const DIGEST: Digest = parseDigest(`sha256:${'5e'.repeat(32)}`);

/** Files of a plugin by path below its directory, or by `/path` below the Lua root. */
export type ExportFiles = Readonly<Record<string, string | Uint8Array>>;

const GOOD: ExportFiles = {
  'handler.lua': 'return { PRIORITY = 10, VERSION = "1.2.0" }\n',
  'schema.lua': 'return { name = "my-plugin", fields = {} }\n',
};

/** A plugin as the workflow hands it to renderers. */
export function makeExported(
  more: Partial<ExportedPlugin> = {},
  files: ExportFiles = {},
): ExportedPlugin {
  const name = more.name ?? 'my-plugin';
  const entries = Object.entries({ ...GOOD, ...files }).map(([path, content]) => ({
    path: path.startsWith('/') ? path.slice(1) : `kong/plugins/${name}/${path}`,
    bytes: Buffer.from(content),
  }));
  return {
    name,
    version: '1.2.0',
    files: entries,
    entries,
    manifest: {
      config: describe(OCI_CONFIG, Buffer.from('{}')),
      layers: [describe(OCI_LAYER_GZIP, Buffer.from('the layer'))],
    },
    reference: `registry.example/acme/my-plugin@${DIGEST}`,
    source: 'registry.example/acme/my-plugin:1.2.0',
    trust: 'signed by key 0123456789abcdef',
    ...more,
  };
}
