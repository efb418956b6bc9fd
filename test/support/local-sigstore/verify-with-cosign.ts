import { peer } from '../peers.ts';
import { run, type RunResult } from '../run.ts';
import { LOOPBACK_ONLY, type CosignCell } from './cosign-cell.ts';
import { IDENTITY, IDENTITY_ISSUER } from './identity-token.ts';
import { hasLog, hasTimestamp } from './signing-config.ts';
import type { LocalSigstore } from './start-local-sigstore.ts';

export interface CosignVerification extends CosignCell {
  readonly reference: string;
  /** The public key's file, unless keyless. */
  readonly key?: string;
  /** Whom to expect when keyless; the default token's unless told. */
  readonly identity?: string;
  readonly issuer?: string;
  readonly env?: Readonly<Record<string, string>>;
}

/** Verifies with the real cosign and our trusted root, offline, what such a cell signed. */
export function verifyWithCosign(
  { trustedRoot, environment }: LocalSigstore,
  verification: CosignVerification,
): Promise<RunResult> {
  const { cosign, format, log, reference } = verification;
  const args = [
    'verify',
    ...expectFlags(verification),
    ...(cosign === 3 ? ['--trusted-root', trustedRoot.file] : ['--offline']),
    ...(cosign === 3 && format === 'legacy' ? ['--new-bundle-format=false'] : []),
    ...(hasTimestamp(log) ? ['--use-signed-timestamps'] : []),
    ...(hasLog(log) ? [] : ['--insecure-ignore-tlog=true']),
    reference,
  ];
  const env = { ...LOOPBACK_ONLY, ...environment, ...verification.env };
  return run(peer(`cosign${cosign}`), args, { env });
}

function expectFlags({
  material,
  key = '',
  identity = IDENTITY,
  issuer = IDENTITY_ISSUER,
}: CosignVerification): string[] {
  return material === 'keyless'
    ? ['--certificate-identity', identity, '--certificate-oidc-issuer', issuer]
    : ['--key', key];
}
