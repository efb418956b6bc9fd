import { KongcrateError } from '../errors/kongcrate-error.ts';
import type { InstallRoot } from '../install/install-root.ts';
import type { ActivationOptions } from './activation/activation-options.ts';
import { changePlugins } from './change-plugins.ts';
import type { InstallTrust } from './create-verifier.ts';
import type { FetchOptions } from './fetch-layer.ts';
import type { InstallReport } from './install-report.ts';
import type { OpenOptions } from './open-store.ts';

export type { InstallReport } from './install-report.ts';

export interface InstallOptions extends OpenOptions, InstallTrust, FetchOptions {
  readonly root: InstallRoot;
  /** Replaces a plugin by one of other signers; with a reference `expectedName` says so too. */
  readonly allowSignerChange?: boolean;
  /** The path or URL of what vouches for the one file that is given in place of references. */
  readonly bundle?: string;
  /** Takes over what stands in a plugin's place and kongcrate did not make; a backup is kept. */
  readonly adopt?: boolean;
  /** Changes held plugins too, and ends the hold. */
  readonly unhold?: boolean;
  /** Installs what is in quarantine too, and takes it out of there. */
  readonly retry?: boolean;
  /**
   * `switch` (the default) makes everything live; `stage` puts it into the store only, so that a
   * later install needs no request; `copy` writes plain directories without links, generations or
   * receipts, for images, and so there is nothing to adopt, hold or compare with.
   */
  readonly mode?: 'switch' | 'stage' | 'copy';
  /** Checks and compares everything, changes nothing. */
  readonly dryRun?: boolean;
  /** The Kong that is to load what is installed, if it runs; without it no Kong is looked at. */
  readonly kong?: ActivationOptions;
  /** `false` leaves a running Kong alone. */
  readonly activate?: boolean;
}

/**
 * Verifies every reference, then installs all of them or none. A digest that is installed or staged
 * and whole is judged again from its stored evidence, without asking its store for more than the tag.
 * Where Kong runs, what it would not load is never switched to, and what it does not serve is taken
 * back.
 * @throws KongcrateError as verification, reading and the install root refuse; PLUGIN_REFUSED by
 *   Kong; ACTIVATION_FAILED (rolled back), NODE_NOT_SERVING, NOT_ACTIVATED
 */
export async function installPlugins(
  references: readonly string[],
  options: InstallOptions,
): Promise<InstallReport> {
  if (options.expectedName !== undefined && references.length > 1)
    throw new KongcrateError('USAGE', '--plugin names one plugin, but several references follow', {
      remedy: 'Install them one by one, or leave out --plugin.',
    });
  if (options.bundle !== undefined && references.length > 1)
    throw new KongcrateError('USAGE', '--bundle is about one file, but several arguments follow', {
      remedy: 'Install them one by one.',
    });
  return changePlugins(
    references.map((reference) => ({ reference })),
    options,
  );
}
