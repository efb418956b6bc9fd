import type { ErrorCode } from '../../src/errors/catalogue.ts';
import type { TrustDemand } from '../../src/signing/signer-demand.ts';
import { SIGN_PREDICATE_TYPE } from '../../src/signing/statement.ts';
import { readPublicKey } from '../../src/signing/public-key.ts';
import { makeKeys, toPem } from '../support/local-sigstore/certificate.ts';
import { sha256 } from '../support/local-sigstore/sha256.ts';
import { expectError } from '../support/expect-error.ts';
import { makeBundle, makeRoot, trusting, type BundleParts, type KeylessSpec } from './keyless.ts';
import { statementFor } from './support.ts';
import { verifyBundle } from './verify-bundle.ts';

export const file: Buffer = Buffer.from('a plugin\n');
export const statement: object = statementFor(sha256(file).toString('hex'));
export const FILE: KeylessSpec = { file };
export const V1: readonly ['promise', 'proof'] = ['promise', 'proof'];

export const verify = (
  spec: KeylessSpec,
  policy: ReturnType<typeof trusting> = trusting(),
): ReturnType<typeof verifyBundle> =>
  verifyBundle(
    {
      ...{ name: 'plugin.tar.gz', file, bundle: makeBundle(spec) },
      ...(spec.statement ? { attestation: SIGN_PREDICATE_TYPE } : {}),
    },
    policy,
  );

export const refusal = async (
  spec: KeylessSpec,
  code: ErrorCode,
  policy?: ReturnType<typeof trusting>,
): Promise<string> => (await expectError(() => verify(spec, policy), code)).message;

/** Changes the only log entry. */
export const entry =
  (change: (entry: Record<string, unknown>) => void) =>
  ({ verificationMaterial }: BundleParts): void => {
    for (const one of verificationMaterial.tlogEntries) change(one);
  };

export const stranger: ReturnType<typeof makeKeys> = makeKeys();
export const strangerPem: string = stranger.publicKey
  .export({ type: 'spki', format: 'pem' })
  .toString();

export const OTHER = 'made with another certificate or key';

/** Trusts the stranger's key. */
export function byKey(demand: Partial<TrustDemand> = {}): ReturnType<typeof trusting> {
  const key = readPublicKey(strangerPem);
  const signers = [{ kind: 'key', key }] as const;
  return { ...trusting(), demands: [{ signers, threshold: 1, ...demand }] };
}

/** The certificate of another signature by the same identity, in PEM. */
export function otherCertificate(): string {
  const { verificationMaterial } = JSON.parse(makeBundle(FILE).toString()) as BundleParts;
  return toPem(Buffer.from(verificationMaterial.certificate?.rawBytes ?? '', 'base64'));
}

export function rootWith(list: string, field: string, changes: object): string {
  const root = makeRoot();
  const [first, ...others] = root[list] as Record<string, object>[];
  const changed = { ...first, [field]: { ...first?.[field], ...changes } };
  return JSON.stringify({ ...root, [list]: [changed, ...others] });
}
