import { join } from 'node:path';
import { expect } from 'vitest';
import { pushUnsigned, type Place } from '../../local-sigstore/support.ts';
import { nameOfCell } from '../../support/local-sigstore/cosign-cell.ts';
import { signWithCosign } from '../../support/local-sigstore/sign-with-cosign.ts';
import { kongcrate, runPeer } from '../../support/must-succeed.ts';
import { temporaryDirectory } from '../../support/temporary-directory.ts';
import type { VerificationCell } from './cells.ts';
import type { SignedPlace } from './expect-judgement.ts';
import type { Judgement } from './judgements.ts';
import type { TrustFiles } from './trust-files.ts';

/** Where cosign signs, and what its signatures are held against. */
export interface SigningPlace extends Place {
  readonly files: TrustFiles;
}

interface Signed {
  readonly cell: VerificationCell;
  /** `HOST/REPOSITORY@DIGEST` */
  readonly reference: string;
  readonly digest: string;
  /** The flags by which `pull` trusts it; undefined where nothing does. */
  readonly trusting: readonly string[] | undefined;
}

type Carry = (signed: Signed, layout: string) => Promise<unknown>;

/** Has cosign sign; gives the places in which the signature then is. */
export async function signCell(
  { sigstore, host, mine }: SigningPlace,
  cell: VerificationCell,
  judgements: readonly Judgement[],
): Promise<readonly SignedPlace[]> {
  const reference = await pushUnsigned(host, `${nameOfCell(cell)}, ${cell.clock}`);
  const { status, stderr } = await signWithCosign(sigstore, {
    ...cell,
    reference,
    key: mine.key,
    // Told of a root, cosign 3 does not store what it cannot verify by now.
    careless: cell.material === 'keyless' && cell.log === 'none',
  });
  expect(status, stderr).toBe(0);
  const [repository = '', digest = ''] = reference.split('@');
  const [first] = judgements;
  const trusting = first && !('status' in first.outcome) ? first.flags : undefined;
  const carriers = Object.entries(CARRIERS).filter(([name]) => trusting ?? name !== PULL);
  const layouts = carriers.map(async ([name, carry]): Promise<SignedPlace> => {
    const layout = join(temporaryDirectory(), 'layout');
    await carry({ cell, reference, digest, trusting }, layout);
    const args = [`oci-layout:${layout}@${digest}`, '--as', repository];
    // The same bytes in one more layout: whether they are found there is the question.
    const asked = name === ORAS ? judgements : judgements.slice(0, 1);
    return { name, args, targets: [], judgements: asked };
  });
  const registry = { name: cell.registry, args: [reference], targets: [host], judgements };
  return [registry, ...(await Promise.all(layouts))];
}

const ORAS = 'oras cp';
/** It carries what it trusts, and only that. */
const PULL = 'kongcrate pull';

/** What brings artifact and signature from a registry into an OCI layout. */
const CARRIERS: Readonly<Record<string, Carry>> = {
  [ORAS]: async ({ cell, reference, digest }, layout) => {
    const copy = (from: string, tag: string): Promise<string> =>
      runPeer('oras', [
        ...['cp', '-r', '--from-plain-http', from],
        ...['--to-oci-layout', `${layout}:${tag}`],
      ]);
    await copy(reference, 'signed');
    const tag = `${digest.replace(':', '-')}.sig`;
    if (cell.format === 'legacy') await copy(reference.replace(`@${digest}`, `:${tag}`), tag);
  },
  'cosign save': ({ cell, reference }, layout) =>
    runPeer(`cosign${cell.cosign}`, ['save', '--dir', layout, reference]),
  [PULL]: ({ reference, trusting = [] }, layout) =>
    kongcrate(['pull', reference, ...trusting, '--format', 'oci', '-o', layout]),
};
