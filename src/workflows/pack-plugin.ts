import { KongcrateError } from '../errors/kongcrate-error.ts';
import { encodeLayer, type EncodedLayer } from '../archive/encode-layer.ts';
import { encodeZip } from '../archive/encode-zip.ts';
import type { ArchivedFile } from '../content/extraction-plan.ts';
import type { CallOptions } from '../content/content-store.ts';
import type { Spooling } from '../content/spool.ts';
import { bundlePlugin } from '../plugin/bundle/bundle-plugin.ts';
import type { Capability } from '../plugin/capabilities/capability.ts';
import { describeCapabilities } from '../plugin/capabilities/describe-capabilities.ts';
import type { FoundPlugin } from '../plugin/find-plugin.ts';
import { describeFinding, type Finding } from '../plugin/finding.ts';
import { provideDependencies, type ProvidedDependency } from '../plugin/provide-dependencies.ts';
import { planRock, type PlannedRock } from '../plugin/rock/plan-rock.ts';
import { readRock } from '../plugin/rock/read-rock.ts';
import { inspectSource, type SourceOptions } from './inspect-source.ts';

const IMAGE = 'org.opencontainers.image';

export interface PackOptions extends SourceOptions, Pick<CallOptions, 'signal'> {
  /** `tree` wraps the plugin as the classic hand-made archive does; `image` is what Kong needs. */
  readonly shape?: 'image' | 'tree';
  /** Puts all Lua modules into handler.lua and schema.lua. */
  readonly bundle?: boolean;
  /** Makes a rock of LuaRocks too. */
  readonly rock?: boolean;
  /** Takes an archive that is large; without it, every archive is in memory. */
  readonly spooling?: Spooling;
}

/** An `.all.rock` of LuaRocks 3. */
export interface PackedRock {
  /** The name that LuaRocks reads package and version from. */
  readonly fileName: string;
  readonly bytes: Buffer;
  readonly files: PackedPlugin['files'];
}

export interface PackedPlugin {
  readonly name: string;
  readonly version: string;
  readonly priority?: number;
  readonly layer: EncodedLayer;
  /** Paths as they stand in the archive, with their sizes in bytes. */
  readonly files: readonly { readonly path: string; readonly size: number }[];
  /** The same with their bytes. */
  readonly contents: readonly ArchivedFile[];
  readonly warnings: readonly Finding[];
  /** Which ways to Kong nodes are open to the archive besides `install`. */
  readonly capabilities: readonly Capability[];
  /** What the rockspec depends on, and who provides it; empty without a rockspec. */
  readonly dependencies: readonly ProvidedDependency[];
  /** `org.opencontainers.image.*` annotations that the rockspec gives. */
  readonly annotations: Readonly<Record<string, string>>;
  /** Where it was asked for. */
  readonly rock?: PackedRock;
}

/**
 * Checks a plugin's source and makes its archive. The bytes are a function of the files alone.
 * @param path the plugin's directory, a rockspec in it, or a rock of LuaRocks
 * @throws KongcrateError SOURCE_UNREADABLE, PLUGIN_REFUSED, ARCHIVE_REFUSED, USAGE, ENCODER_DIFFERS
 */
export async function packPlugin(path: string, options: PackOptions = {}): Promise<PackedPlugin> {
  const { source, ...plugin } = inspectSource(path, options);
  refuseErrors(plugin.findings, path);
  const found = options.bundle === true ? bundled(plugin) : plugin;
  const files = options.shape === 'tree' ? asTree(found) : found.files;
  const { name, version, priority } = found;
  return {
    name,
    version,
    ...(priority === undefined ? {} : { priority }),
    layer: await encodeLayer(files, options),
    files: listed(files),
    contents: files,
    warnings: found.findings,
    capabilities: describeCapabilities({ name, files: found.files, entries: files }),
    dependencies: provideDependencies(
      found.rockspec?.dependencies ?? [],
      found.files.map(({ path }) => path),
    ),
    annotations: annotationsOf(found),
    ...(options.rock === true ? { rock: packRock(path, planRock(found, source), options) } : {}),
  };
}

function packRock(
  path: string,
  { fileName, files, findings }: PlannedRock,
  { limits }: PackOptions,
): PackedRock {
  refuseErrors(findings, path);
  readRock(files);
  return { fileName, bytes: Buffer.from(encodeZip(files, limits)), files: listed(files) };
}

function listed(files: readonly ArchivedFile[]): PackedPlugin['files'] {
  return files.map(({ path, bytes }) => ({ path, size: bytes.length }));
}

function bundled(found: FoundPlugin): FoundPlugin {
  return { ...found, files: bundlePlugin(found.name, found.files) };
}

function refuseErrors(found: readonly Finding[], path: string): void {
  const errors = found.filter((finding) => finding.severity === 'error');
  const [first] = errors;
  if (!first) return;
  const findings = errors.map(describeFinding);
  const isOnlyOne = errors.every(({ remedy }) => remedy === first.remedy);
  const lines = isOnlyOne
    ? findings
    : errors.map((error) => `${describeFinding(error)}\n  → ${error.remedy}`);
  throw new KongcrateError('PLUGIN_REFUSED', `${path} is refused:\n${lines.join('\n')}`, {
    remedy: isOnlyOne ? first.remedy : 'Mend each of them; kongcrate lint shows the rules too.',
    details: { findings, rules: errors.map((finding) => finding.rule) },
  });
}

function asTree(found: FoundPlugin): readonly ArchivedFile[] {
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
