import type { ErrorCode } from '../../../src/errors/catalogue.ts';
import type { Faults } from '../../support/local-sigstore/faults.ts';
import type { Witnesses } from '../../support/local-sigstore/signing-config.ts';

/** What a service does wrong, and how kongcrate ends. */
export interface FaultRow {
  readonly faults: Faults;
  readonly log: Witnesses;
  readonly code: ErrorCode;
  readonly says: string;
}

const row = (
  faults: Faults,
  log: Witnesses,
  [code, says]: readonly [ErrorCode, string],
): FaultRow => ({
  faults,
  log,
  code,
  says,
});

/** Whatever a witness got wrong is seen when the new signature is verified. */
export const FAULT_ROWS: readonly FaultRow[] = [
  row({ fulcio: 'refuses' }, 'rekor1', ['IDENTITY_TOKEN_INVALID', 'it answered 403']),
  row({ fulcio: 'other key' }, 'rekor1', ['CERTIFICATE_MISMATCH', 'of another key']),
  row({ fulcio: 'other authority' }, 'rekor1', ['CERTIFICATE_MISMATCH', 'of no use']),
  row({ fulcio: 'expired' }, 'rekor1', ['CERTIFICATE_MISMATCH', 'certificate']),
  row({ fulcio: 'no SCT' }, 'rekor1', ['CERTIFICATE_MISMATCH', 'no certificate log']),
  row({ fulcio: 'other CT log' }, 'rekor1', ['CERTIFICATE_MISMATCH', 'certificate']),
  row({ fulcio: 'other purpose' }, 'rekor1', ['CERTIFICATE_MISMATCH', 'code signing']),
  row({ fulcio: 'authority' }, 'rekor1', ['CERTIFICATE_MISMATCH', 'certificate']),
  ...(['rekor1', 'rekor2+tsa'] as const).flatMap((log) => [
    row({ rekor: 'refuses' }, log, ['SIGNING_SERVICE_ERROR', 'logs nothing today']),
    row({ rekor: 'other key' }, log, ['SIGNATURE_MISMATCH', '']),
    row({ rekor: 'other digest' }, log, ['SIGNATURE_MISMATCH', '']),
    row({ rekor: 'other log' }, log, ['SIGNATURE_MISMATCH', '']),
  ]),
  row({ timestampAuthority: 'refuses' }, 'rekor1+tsa', [
    'SIGNING_SERVICE_ERROR',
    'stamps nothing today',
  ]),
  row({ timestampAuthority: 'other digest' }, 'rekor1+tsa', ['SIGNATURE_MISMATCH', '']),
  row({ timestampAuthority: 'other authority' }, 'rekor1+tsa', [
    'SIGNATURE_MISMATCH',
    'does not know the authority',
  ]),
  row({ timestampAuthority: 'late' }, 'rekor1+tsa', ['CERTIFICATE_MISMATCH', '']),
];
