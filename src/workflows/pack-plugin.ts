import { KongcrateError } from '../errors/kongcrate-error.ts';
import { encodeLayer, type EncodedLayer } from '../archive/encode-layer.ts';
import type { PlannedFile } from '../content/extraction-plan.ts';
import { bundlePlugin } from '../plugin/bundle/bundle-plugin.ts';
import type { Capability } from '../plugin/capabilities/capability.ts';
import { describeCapabilities } from '../plugin/capabilities/describe-capabilities.ts';
import type { FoundPlugin } from '../plugin/find-plugin.ts';
import { describeFinding, type Finding } from '../plugin/finding.ts';
import { provideDependencies, type ProvidedDependency } from '../plugin/provide-dependencies.ts';
import { inspectSource, type SourceOptions } from './inspect-source.ts';

const IMAGE = 'org.opencontainers.image';

export interface PackOptions extends SourceOptions {
  /** `tree` wraps the plugin as the classic hand-made archive does; `image` is what Kong needs. */
  readonly shape?: 'image' | 'tree';
  /** Puts all Lua modules into handler.lua and schema.lua. */
  readonly bundle?: boolean;
}

export interface PackedPlugin {
  readonly name: string;
  readonly version: string;
  readonly priority?: number;
  readonly layer: EncodedLayer;
  /** Paths as they stand in the archive, with their sizes in bytes. */
  readonly files: readonly { readonly path: string; readonly size: number }[];
  readonly warnings: readonly Finding[];
  /** Which ways to Kong nodes are open to the archive besides `install`. */
  readonly capabilities: readonly Capability[];
  /** What the rockspec depends on, and who provides it; empty without a rockspec. */
  readonly dependencies: readonly ProvidedDependency[];
  /** `org.opencontainers.image.*` annotations that the rockspec gives. */
  readonly annotations: Readonly<Record<string, string>>;
}

/**
 * Checks a plugin's source directory and writes its archive. The bytes are a function of the
 * files alone.
 * @throws KongcrateError SOURCE_UNREADABLE, PLUGIN_REFUSED, ARCHIVE_REFUSED, USAGE, ENCODER_DIFFERS
 */
export async function packPlugin(
  directory: string,
  options: PackOptions = {},
): Promise<PackedPlugin> {
  const source = inspectSource(directory, options);
  refuseErrors(source.findings, directory);
  const found = options.bundle === true ? bundled(source) : source;
  const files = options.shape === 'tree' ? asTree(found) : found.files;
  const { name, version, priority } = found;
  return {
    name,
    version,
    ...(priority === undefined ? {} : { priority }),
    layer: await encodeLayer(files, options.limits),
    files: files.map(({ path, bytes }) => ({ path, size: bytes.length })),
    warnings: found.findings,
    capabilities: describeCapabilities({ name, files: found.files, entries: files }),
    dependencies: provideDependencies(
      found.rockspec?.dependencies ?? [],
      found.files.map(({ path }) => path),
    ),
    annotations: annotationsOf(found),
  };
}

function bundled(found: FoundPlugin): FoundPlugin {
  return { ...found, files: bundlePlugin(found.name, found.files) };
}

function refuseErrors(findings: readonly Finding[], directory: string): void {
  const errors = findings.filter((finding) => finding.severity === 'error');
  const [first] = errors;
  if (!first) return;
  const lines = errors.map(describeFinding);
  throw new KongcrateError('PLUGIN_REFUSED', `${directory} is refused:\n${lines.join('\n')}`, {
    remedy: first.remedy,
    details: { findings: lines, rules: errors.map((finding) => finding.rule) },
  });
}

function asTree(found: FoundPlugin): readonly PlannedFile[] {
  return [...found.files, ...found.extras].map(({ path, bytes }) => ({
    path: `${found.name}/${path}`,
    bytes,
  }));
}

/** The standard annotation that a plugin's directory and its archive both give. */
export function versionAnnotation(version: string): Record<string, string> {
  return { [`${IMAGE}.version`]: version };
}

function annotationsOf({ version, rockspec }: FoundPlugin): Record<string, string> {
  const facts = {
    description: rockspec?.summary,
    url: withoutCredentials(rockspec?.homepage),
    licenses: rockspec?.license,
  };
  const given = Object.entries(facts)
    .filter((fact): fact is [string, string] => fact[1] !== undefined)
    .map(([key, value]) => [`${IMAGE}.${key}`, value] as const);
  return { ...versionAnnotation(version), ...Object.fromEntries(given) };
}

/** A homepage is published: what stands before the host can be a password. */
function withoutCredentials(url: string | undefined): string | undefined {
  return url?.replace(/^([a-z][a-z0-9+.-]*:\/\/)[^/?#]*@/i, '$1');
}
