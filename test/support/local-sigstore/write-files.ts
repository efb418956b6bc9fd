import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { temporaryDirectory } from '../temporary-directory.ts';
import { toPem, type KeyPair } from './certificate.ts';
import { makeSigningConfig, type Witnesses } from './signing-config.ts';
import { makeTrustedRoot, type Services, type TrustedRootJson } from './trusted-root.ts';

export interface SigstoreFiles {
  readonly trustedRoot: { readonly file: string; readonly json: TrustedRootJson };
  /** The path of cosign 3's signing configuration with these witnesses. */
  signingConfig(witnesses: Witnesses): string;
  /** What cosign 2 (and cosign 3 with legacy signatures) reads its trust from. */
  readonly environment: Readonly<Record<CosignVariable, string>>;
}

type CosignVariable =
  | 'SIGSTORE_ROOT_FILE'
  | 'SIGSTORE_CT_LOG_PUBLIC_KEY_FILE'
  | 'SIGSTORE_REKOR_PUBLIC_KEY'
  | 'SIGSTORE_TSA_CERTIFICATE_FILE';

/**
 * Writes what cosign reads of the services.
 * @param start from when on they may be trusted
 */
export function writeFiles(services: Services, start: Date): SigstoreFiles {
  const { fulcio, rekor1, timestampAuthority } = services;
  const directory = temporaryDirectory();
  const write = (name: string, text: string): string => {
    const file = join(directory, name);
    writeFileSync(file, text);
    return file;
  };
  const writeKey = (name: string, { publicKey }: KeyPair): string =>
    write(name, publicKey.export({ type: 'spki', format: 'pem' }).toString());
  const writeChain = (name: string, chain: readonly Buffer[]): string =>
    write(name, chain.map(toPem).join(''));
  const json = makeTrustedRoot(services, start);
  return {
    trustedRoot: { file: write('trusted-root.json', JSON.stringify(json)), json },
    signingConfig: (witnesses) => {
      const config = makeSigningConfig(services, witnesses, start);
      return write(`signing-config-${witnesses}.json`, JSON.stringify(config));
    },
    environment: {
      SIGSTORE_ROOT_FILE: writeChain('fulcio.pem', [fulcio.authority.rootCertificate]),
      SIGSTORE_CT_LOG_PUBLIC_KEY_FILE: writeKey('ct-log.pub', fulcio.authority.logKeys),
      SIGSTORE_REKOR_PUBLIC_KEY: writeKey('rekor.pub', rekor1.keys),
      SIGSTORE_TSA_CERTIFICATE_FILE: writeChain('timestamp.pem', timestampAuthority.certificates),
    },
  };
}
