import { hexOf, parseDigest } from '../../reference/digest.ts';
import { readDemand, readEach, readKey, type ReadFile } from './read-signers.ts';
import type { Revoked, RevokedIdentity } from './trust-policy.ts';
import type { YamlValue } from './yaml-value.ts';

/**
 * Reads what is no longer trusted.
 * @throws KongcrateError POLICY_INVALID
 */
export async function readRevoked(
  revoked: YamlValue | undefined,
  readFile: ReadFile,
): Promise<Revoked> {
  const { digests, keys, identities } = revoked?.fields(['digests', 'keys', 'identities']) ?? {};
  return {
    digests: new Set((digests?.items() ?? []).map((digest) => digest.read(parseDigest))),
    keyIds: new Set((keys?.items() ?? []).map((key) => readKeyId(key, readFile))),
    identities: await readEach(identities, readIdentity),
  };
}

/** The file of a revoked key may be gone: what `verify` prints of a key is enough. */
function readKeyId(key: YamlValue, readFile: ReadFile): string {
  const isDigest = key.text().startsWith('sha256:');
  return isDigest ? hexOf(key.read(parseDigest)) : readKey(key, readFile).keyId;
}

/** To distrust, half a name is enough: an issuer with all its subjects, or a subject anywhere. */
async function readIdentity(value: YamlValue): Promise<RevokedIdentity> {
  const fields = value.fields(['issuer', 'issuerRegExp', 'subject', 'subjectRegExp']);
  const issuer = await readDemand(fields.issuer, fields.issuerRegExp);
  const identity = await readDemand(fields.subject, fields.subjectRegExp);
  return { ...(issuer ? { issuer } : {}), ...(identity ? { identity } : {}) };
}
