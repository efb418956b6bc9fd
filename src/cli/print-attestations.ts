import type { AttestedSubject } from '../workflows/verify-attestation.ts';
import type { WrittenAttestation } from '../workflows/write-attestations.ts';
import { renderSigners, renderTrust } from './print-trust.ts';

/** One line for each format: written now, or there already. */
export function renderAttestation({ predicateType, written }: WrittenAttestation): string {
  return written
    .map(({ format, state, digest }) =>
      state === 'added'
        ? `${format} attestation ${predicateType} written: ${digest}`
        : `${format} attestation ${predicateType} was there`,
    )
    .join('\n');
}

/** Who says it first, then what. */
export function renderAttested({ reference, subject, attestations }: AttestedSubject): string {
  const { repository } = subject.reference;
  const blocks = attestations.flatMap(({ predicateType, predicate, signers }) => [
    renderTrust({ kind: 'signed', signers }),
    `attestation: ${predicateType}`,
    ...renderSigners(signers, repository),
    JSON.stringify(predicate, null, 2),
  ]);
  return [`reference: ${reference}`, ...blocks].join('\n');
}
