import { digestOf, type Digest } from '../reference/digest.ts';
import { signFileBytes } from '../signing/sign-file-bytes.ts';
import type { Signer } from '../signing/signer.ts';
import { readSourceFile } from './read-source-file.ts';
import { demandAbsent, writeNewFile } from './write-new-file.ts';

export interface SignFileOptions {
  /** Whoever has to be asked for a password is asked when nothing else stands in the way. */
  readonly signer: Signer | (() => Promise<Signer>);
  /** The path of the bundle to write; never overwritten. */
  readonly bundle: string;
}

export interface SignedFile {
  /** sha256 of the file: the subject of the signature. */
  readonly digest: Digest;
  readonly bundle: string;
}

/**
 * Signs a file with a key, offline, and writes a sigstore bundle v0.3 that `cosign verify-blob` reads.
 * @throws KongcrateError NOT_OURS when the bundle exists, SOURCE_UNREADABLE, SIGNATURE_MISMATCH,
 *   INSTALL_FAILED
 */
export async function signFile(path: string, options: SignFileOptions): Promise<SignedFile> {
  const { bundle, signer } = options;
  demandAbsent(bundle);
  const file = readSourceFile(path);
  const opened = typeof signer === 'function' ? await signer() : signer;
  writeNewFile(bundle, await signFileBytes(file, opened), 0o644);
  return { digest: digestOf(file), bundle };
}
