import { KongcrateError } from '../errors/kongcrate-error.ts';
import type { CheckedRoot } from './install-root.ts';
import type { InstallStep } from './plan-install.ts';
import { readStateFile, writeStateFile, type NodeRecords } from './state-file.ts';

/** Which records an install may overrule; what it overrules is gone after the switch. */
export interface RecordOptions {
  /** Changes held plugins too. */
  readonly unhold?: boolean;
  /** Installs quarantined digests too. */
  readonly retry?: boolean;
}

/**
 * Refuses to change a held plugin, and to bring a digest that did not work here before. Installing
 * again what is installed changes nothing and is allowed.
 * @throws KongcrateError HELD, QUARANTINED
 */
export function checkRecords(
  { holds, quarantined }: NodeRecords,
  { receipt: { name, digest }, installed }: Pick<InstallStep, 'receipt' | 'installed'>,
  { unhold, retry }: RecordOptions,
): void {
  if (installed?.digest === digest) return;
  const hold = holds.get(name);
  if (hold && unhold !== true)
    throw new KongcrateError('HELD', `${name} is held since ${hold.since}: ${hold.reason}`, {
      remedy: `Release it with kongcrate unhold ${name}, or install with --unhold.`,
      details: { name, reason: hold.reason },
    });
  const note = quarantined.get(digest);
  if (note && retry !== true)
    throw new KongcrateError(
      'QUARANTINED',
      `${digest} of ${name} is in quarantine since ${note.since}: ${note.reason}`,
      {
        remedy: 'Install another version, or give --retry when the cause is gone.',
        details: { name, digest, reason: note.reason },
      },
    );
}

/**
 * Refuses to take a held plugin out.
 * @throws KongcrateError HELD
 */
export function refuseHeld({ holds }: NodeRecords, name: string): void {
  const hold = holds.get(name);
  if (!hold) return;
  throw new KongcrateError('HELD', `${name} is held since ${hold.since}: ${hold.reason}`, {
    remedy: `Release it first: kongcrate unhold ${name}.`,
    details: { name, reason: hold.reason },
  });
}

/** Removes what an install has settled: its staged plugins, and the records it overruled. */
export function settleRecords(
  root: CheckedRoot,
  steps: readonly InstallStep[],
  { unhold, retry }: RecordOptions,
): void {
  const before = readStateFile(root.path);
  const names = new Set(steps.map(({ receipt }) => receipt.name));
  const digests = new Set(steps.map(({ receipt }) => receipt.digest));
  const staged = before.staged.filter(({ name }) => !names.has(name));
  const holds = new Map([...before.holds].filter(([name]) => !unhold || !names.has(name)));
  const quarantined = new Map(
    [...before.quarantined].filter(([digest]) => !retry || !digests.has(digest)),
  );
  const sizeOf = (records: NodeRecords): number =>
    records.staged.length + records.holds.size + records.quarantined.size;
  const after = { ...before, holds, quarantined, staged };
  if (sizeOf(after) < sizeOf(before)) writeStateFile(root, after);
}

/** Records plugins as staged, one a name. */
export function recordStaged(root: CheckedRoot, steps: readonly InstallStep[]): void {
  const records = readStateFile(root.path);
  const receipts = steps.map(({ receipt }) => receipt);
  const names = new Set(receipts.map(({ name }) => name));
  const others = records.staged.filter(({ name }) => !names.has(name));
  writeStateFile(root, { ...records, staged: [...others, ...receipts] });
}
