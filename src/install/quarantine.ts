import { isDeepStrictEqual } from 'node:util';
import type { Digest } from '../reference/digest.ts';
import { actAs } from './act-as.ts';
import { checkInstallRoot, type InstallRoot } from './install-root.ts';
import { readStateFile, writeStateFile, type NodeRecords } from './state-file.ts';

type Quarantine = NodeRecords['quarantined'];

/**
 * Records artifacts that failed here, so that nothing installs them again by itself. Needs the mutex.
 * @throws KongcrateError INSTALL_FAILED for a damaged `state.json`; errno errors
 */
export function quarantine(root: InstallRoot, digests: Iterable<Digest>, reason: string): void {
  const since = (root.now?.() ?? new Date()).toISOString();
  const added = [...digests].map((digest) => [digest, { since, reason }] as const);
  change(root, (quarantined) => new Map([...quarantined, ...added]));
}

/** Takes artifacts out of quarantine that did work; as {@link quarantine}. */
export function release(root: InstallRoot, digests: Iterable<Digest>): void {
  const released = new Set(digests);
  change(
    root,
    (quarantined) => new Map([...quarantined].filter(([digest]) => !released.has(digest))),
  );
}

function change(root: InstallRoot, edit: (quarantined: Quarantine) => Quarantine): void {
  const checked = checkInstallRoot(root);
  const records = actAs(checked.owner, () => readStateFile(checked.path));
  const quarantined = edit(records.quarantined);
  if (isDeepStrictEqual(quarantined, records.quarantined)) return;
  writeStateFile(checked, { ...records, quarantined });
}
