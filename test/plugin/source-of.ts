import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { brandExtractionPlan } from '../../src/content/brand-extraction-plan.ts';
import type { ExtractionPlan } from '../../src/content/extraction-plan.ts';
import type { SourceFile } from '../../src/plugin/source-file.ts';
import { digestOf } from '../../src/reference/digest.ts';

export type Texts = Readonly<Record<string, string | Uint8Array>>;

const bytesOf = (content: string | Uint8Array): Uint8Array => Buffer.from(content);

/** A source directory from paths and contents. */
export function sourceOf(files: Texts): readonly SourceFile[] {
  return Object.entries(files).map(([path, content]) => ({
    path,
    kind: 'file',
    bytes: bytesOf(content),
  }));
}

/** What the strict reader would hand over for an archive with these files. */
export function planOf(files: Texts): ExtractionPlan {
  const planned = Object.entries(files).map(([path, content]) => ({
    path,
    bytes: bytesOf(content),
  }));
  return brandExtractionPlan({
    files: planned,
    archiveDigest: digestOf(Buffer.from(Object.keys(files).join())),
    expandedBytes: planned.reduce((sum, { bytes }) => sum + bytes.length, 0),
  });
}

/** One of the plugins under testdata/plugins, in the order the disk lists it. */
export function pluginSource(name: string): readonly SourceFile[] {
  const top = join(import.meta.dirname, '../../testdata/plugins', name);
  return readdirSync(top, { recursive: true, withFileTypes: true })
    .filter((entry) => entry.isFile())
    .map((entry) => join(entry.parentPath, entry.name))
    .map((path) => ({
      path: path.slice(top.length + 1),
      kind: 'file',
      bytes: readFileSync(path),
    }));
}

export const HANDLER = 'return { PRIORITY = 1, VERSION = "1.0.0" }\n';
export const SCHEMA = 'return { name = "my-plugin", fields = {} }\n';

/** A plugin tree that Kong accepts. */
export const GOOD: Texts = {
  'kong/plugins/my-plugin/handler.lua': HANDLER,
  'kong/plugins/my-plugin/schema.lua': SCHEMA,
};

/** A rockspec; modules are Lua text and begin on line 4. */
export const rockspec = (name: string, version: string, modules = ''): string =>
  `package = "kong-plugin-${name}"\nversion = "${version}"\nbuild = { modules = {\n${modules}\n} }`;
