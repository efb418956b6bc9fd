import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { encodeLayer } from './encode-layer.ts';
import type { PrivateKey } from '../../src/signing/private-key.ts';
import { signFileBytes } from '../../src/signing/sign-file-bytes.ts';
import { createKeySigner } from '../../src/signing/signer.ts';
import { pluginFiles } from './published.ts';
import { temporaryDirectory } from './temporary-directory.ts';

export interface FileSpec {
  readonly name?: string;
  readonly version?: string;
  /** The file's bytes; a packed plugin of that name and version unless told. */
  readonly bytes?: Uint8Array;
  readonly key?: PrivateKey;
}

/** An archive on the disk, and the bundle beside it where a key is given. */
export interface SignedFile {
  readonly file: string;
  readonly bundle: string;
  readonly bytes: Uint8Array;
}

/** The layer of a good plugin. */
export async function packLayer(name: string, version: string): Promise<Uint8Array> {
  return (await encodeLayer(pluginFiles(name, version))).bytes;
}

/** Writes a file, signed if a key is given, into a directory of its own. */
export async function writeSignedFile(spec: FileSpec = {}): Promise<SignedFile> {
  const { name = 'my-plugin', version = '1.0.0', key } = spec;
  const bytes = spec.bytes ?? (await packLayer(name, version));
  const directory = temporaryDirectory();
  const file = join(directory, `${name}-${version}.tar.gz`);
  const bundle = join(directory, 'bundle.json');
  writeFileSync(file, bytes);
  if (key) writeFileSync(bundle, await signFileBytes(bytes, { signer: createKeySigner(key) }));
  return { file, bundle, bytes };
}
