import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { peer } from '../peers.ts';
import { run, type RunResult } from '../run.ts';
import { temporaryDirectory } from '../temporary-directory.ts';
import { LOOPBACK_ONLY, nameOfCell, whyImpossible, type CosignCell } from './cosign-cell.ts';
import type { TokenSpec } from './identity-token.ts';
import { hasLog, hasTimestamp } from './signing-config.ts';
import type { LocalSigstore } from './start-local-sigstore.ts';

export interface CosignSigning extends CosignCell {
  /** `HOST/REPOSITORY@DIGEST` */
  readonly reference: string;
  /** The private key's file, with an empty password, unless keyless. */
  readonly key?: string;
  /** Whose certificate it is when keyless. */
  readonly token?: TokenSpec;
  /** Has cosign store what it would refuse, as far as it can be told to. */
  readonly careless?: boolean;
  /** More flags, such as annotations. */
  readonly flags?: readonly string[];
  /** More environment, such as another place for signatures. */
  readonly env?: Readonly<Record<string, string>>;
}

/**
 * Signs with the real cosign, which reaches nothing but loopback. An impossible cell throws its
 * reason; whether cosign succeeded is in the result.
 */
export function signWithCosign(
  sigstore: LocalSigstore,
  signing: CosignSigning,
): Promise<RunResult> {
  const reason = whyImpossible(signing);
  if (reason !== undefined) throw new Error(`${nameOfCell(signing)}: ${reason}`);
  const { cosign, format, reference, flags = [] } = signing;
  const where = format === 'bundle' ? configFlags : urlFlags;
  const known = [...whoFlags(sigstore, signing), ...where(sigstore, signing)];
  const args = ['sign', '--yes', ...known, ...flags, reference];
  const env = { ...LOOPBACK_ONLY, COSIGN_PASSWORD: '', ...sigstore.environment, ...signing.env };
  return run(peer(`cosign${cosign}`), args, { env });
}

function whoFlags(sigstore: LocalSigstore, { material, key, token }: CosignSigning): string[] {
  if (material === 'keyless') {
    // As an argument cosign 3 takes tokens that are signed with RSA only.
    const file = join(temporaryDirectory(), 'token');
    writeFileSync(file, sigstore.token(token));
    return ['--identity-token', file];
  }
  if (key === undefined) throw new Error(`to sign with ${material} needs the key's file`);
  return ['--key', key];
}

/** Without a root of ours cosign 3 looks for the public one, finds none and checks nothing. */
function configFlags(sigstore: LocalSigstore, { log, careless }: CosignSigning): string[] {
  const check = careless === true ? [] : ['--trusted-root', sigstore.trustedRoot.file];
  return ['--signing-config', sigstore.signingConfig(log), ...check];
}

function urlFlags({ urls }: LocalSigstore, signing: CosignSigning): string[] {
  const { cosign, material, log, careless } = signing;
  return [
    ...(cosign === 3 ? ['--new-bundle-format=false', '--use-signing-config=false'] : []),
    ...(cosign === 2 && careless === true ? ['--insecure-skip-verify'] : []),
    ...(material === 'keyless' ? ['--fulcio-url', urls.fulcio] : []),
    ...(hasLog(log) ? ['--rekor-url', urls.rekor1] : ['--tlog-upload=false']),
    ...(hasTimestamp(log) ? ['--timestamp-server-url', urls.timestampAuthority] : []),
  ];
}
