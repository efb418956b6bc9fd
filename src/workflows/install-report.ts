import type { TrustBasis } from '../content/verified-subject.ts';
import type {
  AdoptedTarget,
  InstalledPlugin,
  InstallOutcome,
  RemovedPlugin,
} from '../install/install-outcome.ts';
import type { PluginReceipt } from '../install/receipt.ts';
import { compareKongVersions } from '../plugin/kong-version.ts';
import { PLUGIN_NAME_ANNOTATION } from '../reference/media-types.ts';
import type { ActivationReport } from './activation/activation-options.ts';
import type { InstallCandidate } from './verify-for-install.ts';

export interface InstallReport {
  /** The live generation; 0 where there is none, as for a copy. */
  readonly generation: number;
  /** Every plugin that is installed now, sorted: what `plugins =` in kong.conf has to name. */
  readonly installed: readonly string[];
  readonly previousGeneration?: number;
  /** The switch is done, but something behind it failed, such as removing old versions. */
  readonly notCleanedUp?: string;
  /** What was taken out; absent when nothing was. */
  readonly removed?: readonly RemovedPlugin[];
  /** What was taken over, and where it is kept. */
  readonly adopted?: readonly AdoptedTarget[];
  /** What became of the Kong that is to load them; absent where none was looked at. */
  readonly activation?: ActivationReport;
  readonly plugins: readonly (InstalledPlugin & {
    /** As the user would type it; the path of a file. */
    readonly reference: string;
    /** Whether that is a file. */
    readonly isFile: boolean;
    readonly trust: TrustBasis;
    /** Whether the signed manifest names the plugin; if not, the name came from the archive. */
    readonly nameIsSigned: boolean;
    /** Whether the installed and the new version could be compared for a downgrade. */
    readonly comparable: boolean;
  })[];
}

/**
 * Puts together what an install says of itself.
 * @param candidates in the order of the references
 * @param outcome what was done with those that were not there already, in the same order
 * @param before the names of the plugins that were installed before
 */
export function reportInstall(
  candidates: readonly InstallCandidate[],
  outcome: InstallOutcome,
  before: readonly string[],
): InstallReport {
  const applied = [...outcome.plugins];
  const plugins = candidates.map(({ opened, subject, current }) => {
    const plugin = current ? unchanged(current) : applied.shift();
    if (!plugin) throw new Error('the installer returned fewer plugins than it was given');
    return {
      ...plugin,
      reference: opened.format({ digest: subject.reference.descriptor.digest }),
      isFile: opened.file !== undefined,
      trust: subject.trust,
      nameIsSigned: PLUGIN_NAME_ANNOTATION in subject.manifest.annotations,
      comparable: isComparable(plugin),
    };
  });
  const live = plugins.filter(({ state }) => state !== 'staged').map(({ name }) => name);
  const removed = new Set(outcome.removed?.map(({ name }) => name));
  const installed = [...new Set([...before, ...live])].filter((name) => !removed.has(name)).sort();
  return { ...outcome, installed, plugins };
}

function isComparable({ state, version, previousVersion }: InstalledPlugin): boolean {
  if (state !== 'replaced') return true;
  return compareKongVersions(previousVersion ?? '', version ?? '') !== undefined;
}

function unchanged({ name, version, digest }: PluginReceipt): InstalledPlugin {
  return { name, ...(version === undefined ? {} : { version }), digest, state: 'unchanged' };
}
