import { digestOf } from '../../reference/digest.ts';
import { describeTrustRoot, type TrustRootDescription } from '../../signing/describe-trust-root.ts';
import { readTrustedRoot } from './read-trusted-root.ts';
import { readUpdateRecord } from './update-record.ts';

/**
 * Says whom a trusted root names and, of the one inside this package and of one that
 * `trust-root update` wrote, which day it is from.
 * @param file its path; without one the public-good root of this package is described
 * @throws KongcrateError SOURCE_UNREADABLE, TRUSTED_ROOT_INVALID
 */
export function showTrustRoot(file?: string): TrustRootDescription {
  if (file === undefined) return describeTrustRoot();
  const json = readTrustedRoot(file);
  const description = describeTrustRoot(json);
  const record = readUpdateRecord(file);
  // Whoever changed the file by hand took its date away.
  if (record?.digest !== digestOf(Buffer.from(json))) return description;
  return { date: record.date.slice(0, 'YYYY-MM-DD'.length), ...description };
}
