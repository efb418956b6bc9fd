import type { CallOptions } from '../content/content-store.ts';
import { digestOf, type Digest } from '../reference/digest.ts';
import { signFileBytes } from '../signing/sign-file-bytes.ts';
import { openParty, type LazyParty } from './open-party.ts';
import { readSourceFile } from './read-source-file.ts';
import { demandAbsent, writeNewFile } from './write-new-file.ts';

export interface SignFileOptions extends LazyParty, CallOptions {
  /** The path of the bundle to write; never overwritten. */
  readonly bundle: string;
}

export interface SignedFile {
  /** sha256 of the file: the subject of the signature. */
  readonly digest: Digest;
  readonly bundle: string;
}

/**
 * Signs a file, offline with a key of one's own, and writes a sigstore bundle v0.3 that `cosign verify-blob` reads.
 * @throws KongcrateError NOT_OURS when the bundle exists, SOURCE_UNREADABLE, SIGNATURE_MISMATCH,
 *   INSTALL_FAILED
 */
export async function signFile(path: string, options: SignFileOptions): Promise<SignedFile> {
  const { bundle } = options;
  demandAbsent(bundle);
  const file = readSourceFile(path);
  const party = await openParty(options);
  writeNewFile(bundle, await signFileBytes(file, party), 0o644);
  return { digest: digestOf(file), bundle };
}
