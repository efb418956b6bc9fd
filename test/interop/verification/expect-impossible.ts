import { expect } from 'vitest';
import { pushUnsigned, type Place } from '../../local-sigstore/support.ts';
import {
  COSIGN_CELLS,
  nameOfCell,
  whyImpossible,
  type CosignCell,
} from '../../support/local-sigstore/cosign-cell.ts';
import { signWithCosign } from '../../support/local-sigstore/sign-with-cosign.ts';
import { hasLog } from '../../support/local-sigstore/signing-config.ts';
import { peer } from '../../support/peers.ts';
import { run, type RunResult } from '../../support/run.ts';

/** Nobody signs so: the cell is only another one's name, or cosign itself refuses. */
export async function expectImpossible(place: Place, cell: CosignCell): Promise<void> {
  expect(() => signWithCosign(place.sigstore, { ...cell, reference: '' })).toThrow(
    whyImpossible(cell),
  );
  const other = otherNameOf(cell);
  if (other) {
    expect(COSIGN_CELLS).toContainEqual(other);
    return;
  }
  const reference = await pushUnsigned(place.host, `impossible: ${nameOfCell(cell)}`);
  const { status, stderr } = await attempt(place, { ...cell, reference });
  expect(status).toBe(1);
  expect(stderr).toContain(
    cell.format === 'bundle'
      ? 'unknown flag: --new-bundle-format'
      : 'Rekor has no POST /api/v1/log/entries',
  );
}

/** With a log `key` is `key+log`, and the other way round. */
function otherNameOf(cell: CosignCell): CosignCell | undefined {
  if (cell.material === 'keyless') return undefined;
  const material = hasLog(cell.log) ? 'key+log' : 'key';
  return cell.material === material ? undefined : { ...cell, material };
}

function attempt(
  { sigstore, mine }: Place,
  cell: CosignCell & { readonly reference: string },
): Promise<RunResult> {
  if (cell.format === 'bundle')
    return run(peer('cosign2'), ['sign', '--yes', '--new-bundle-format', cell.reference]);
  const flags = ['--rekor-url', sigstore.urls.rekor2];
  return signWithCosign(sigstore, { ...cell, log: 'rekor1+tsa', key: mine.key, flags });
}
