import { isDeepStrictEqual } from 'node:util';
import type { Digest } from '../reference/digest.ts';
import { actAs } from './act-as.ts';
import { checkInstallRoot, type InstallRoot } from './install-root.ts';
import { readStateFile, writeStateFile, type NodeRecords } from './state-file.ts';

/**
 * Records artifacts that failed here, so that nothing installs them again by itself. Needs the mutex.
 * @throws KongcrateError INSTALL_FAILED for a damaged `state.json`; errno errors
 */
export function quarantine(root: InstallRoot, digests: Iterable<Digest>, reason: string): void {
  const since = (root.now?.() ?? new Date()).toISOString();
  const added = [...digests].map((digest) => [digest, { since, reason }] as const);
  change(root, ({ quarantined }) => ({ quarantined: new Map([...quarantined, ...added]) }));
}

/** What a Kong was seen to serve. */
export interface Served {
  /** Of that Kong, absolute. */
  readonly prefix: string;
  readonly generation: number;
  readonly digests: Iterable<Digest>;
}

/**
 * Records what a Kong serves: it is kept as long as nothing else is seen to be served, and does not
 * belong into quarantine. As {@link quarantine}.
 */
export function recordServed(root: InstallRoot, { prefix, generation, digests }: Served): void {
  const released = new Set(digests);
  change(root, ({ quarantined, served }) => ({
    quarantined: new Map([...quarantined].filter(([digest]) => !released.has(digest))),
    served: new Map([...served, [prefix, generation]]),
  }));
}

type Records = Pick<NodeRecords, 'quarantined' | 'served'>;

function change(root: InstallRoot, edit: (records: Records) => Partial<Records>): void {
  const checked = checkInstallRoot(root);
  const records = actAs(checked.owner, () => readStateFile(checked.path));
  const edited = { ...records, ...edit(records) };
  if (!isDeepStrictEqual(edited, records)) writeStateFile(checked, edited);
}
