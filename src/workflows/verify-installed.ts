import type { CallOptions } from '../content/content-store.ts';
import type { TrustBasis } from '../content/verified-subject.ts';
import { KongcrateError } from '../errors/kongcrate-error.ts';
import { findDrift, type Drift } from '../install/find-drift.ts';
import type { InstallRoot } from '../install/install-root.ts';
import { notInstalled } from '../install/not-installed.ts';
import { readEvidence, readNodeState } from '../install/read-node-state.ts';
import type { PluginReceipt } from '../install/receipt.ts';
import { refuseLoosening } from '../signing/decision/whom-to-trust.ts';
import { createVerifier, givenBy, namesSigner, type TrustOptions } from './create-verifier.ts';
import { demandLuaRoot } from './demand-lua-root.ts';
import { judgeReceipt } from './judge-receipt.ts';

export interface VerifyInstalledOptions extends CallOptions, Omit<TrustOptions, 'expectedName'> {
  readonly root: InstallRoot;
}

/** An installed plugin, judged anew. */
export interface JudgedPlugin extends Pick<
  PluginReceipt,
  'name' | 'version' | 'repository' | 'tag' | 'file' | 'digest'
> {
  /** Whose signatures were asked for: of signers given, or of those that vouched at the install. */
  readonly keysFrom: 'policy' | 'options' | 'receipt';
  /** Who vouches for it; absent when nobody does. */
  readonly trust?: TrustBasis;
  /** Where the disk differs from what was installed. */
  readonly drift: readonly Drift[];
  /** Why it does not pass. */
  readonly error?: KongcrateError;
}

export interface InstalledVerdict {
  readonly generation?: number;
  readonly plugins: readonly JudgedPlugin[];
}

/**
 * Judges what is installed anew: each plugin's stored evidence under the keys of today, or under
 * those recorded with it, and every file by its hash. Nothing but the disk is read.
 * @param names the plugins to judge; all of them when there is none
 * @returns every plugin, those that do not pass with their `error`: NO_SIGNATURE,
 *   SIGNATURE_MISMATCH, IDENTITY_MISMATCH, DIGEST_MISMATCH (drift), CONTENT_INVALID, INSTALL_FAILED
 * @throws KongcrateError NOT_FOUND, USAGE, INTERRUPTED; INSTALL_FAILED when the receipt is damaged
 */
export async function verifyInstalled(
  names: readonly string[],
  options: VerifyInstalledOptions,
): Promise<InstalledVerdict> {
  demandLuaRoot(options.root);
  refuseLoosening(givenBy(options));
  const { generation, plugins } = readNodeState(options.root);
  const installed = plugins.map(({ name }) => name);
  const missing = names.find((name) => !installed.includes(name));
  if (missing !== undefined) throw notInstalled(missing, installed, options.root.luaRoot);
  const judged: JudgedPlugin[] = [];
  for (const receipt of plugins)
    if (names.length === 0 || names.includes(receipt.name))
      judged.push(await judge(receipt, options));
  return { ...(generation === undefined ? {} : { generation }), plugins: judged };
}

async function judge(
  receipt: PluginReceipt,
  options: VerifyInstalledOptions,
): Promise<JudgedPlugin> {
  const { name, version, repository, tag, file, digest } = receipt;
  const drift = findDrift(options.root, receipt);
  const plugin = {
    name,
    ...(version === undefined ? {} : { version }),
    repository,
    ...(tag === undefined ? {} : { tag }),
    ...(file === undefined ? {} : { file }),
    digest,
    keysFrom: nameSource(options),
    drift,
  };
  try {
    const trust = await judgeTrust(receipt, options);
    return { ...plugin, trust, ...(drift.length > 0 ? { error: drifted(plugin) } : {}) };
  } catch (error) {
    if (!(error instanceof KongcrateError) || STOPS.has(error.code)) throw error;
    const isDrift = error.code === 'INSTALL_FAILED' && drift.length > 0;
    return { ...plugin, error: isDrift ? drifted(plugin) : error };
  }
}

/** What says nothing of a plugin, but that nothing could be judged at all. */
const STOPS: ReadonlySet<string> = new Set(['USAGE', 'INTERRUPTED']);

async function judgeTrust(
  receipt: PluginReceipt,
  options: VerifyInstalledOptions,
): Promise<TrustBasis> {
  const trust = { ...options, expectedName: receipt.name };
  const verifier = createVerifier(trust, { way: 'installed', ...receipt });
  const evidence = readEvidence(options.root, receipt);
  return (await judgeReceipt(receipt, evidence, { ...options, verifier })).trust;
}

function drifted({ name, repository, digest, file, drift }: JudgedPlugin): KongcrateError {
  const paths = drift.map(({ path }) => path);
  const shown = [...paths.slice(0, 3), ...(paths.length > 3 ? ['…'] : [])].join(', ');
  return new KongcrateError(
    'DIGEST_MISMATCH',
    `${name} is not on the disk as it was installed: ${shown}`,
    {
      remedy: `Install ${file ?? `${repository}@${digest}`} again: that puts its files right.`,
      details: { name, paths },
    },
  );
}

function nameSource(options: VerifyInstalledOptions): JudgedPlugin['keysFrom'] {
  if ((options.policies ?? []).length > 0) return 'policy';
  return namesSigner(options) ? 'options' : 'receipt';
}
