import { chmodSync, mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import type { PrivateKey } from '../../src/signing/private-key.ts';
import { temporaryDirectory } from './temporary-directory.ts';

/** How a shell script answers with a key's public half and a real signature over its input. */
export const ANSWERS = {
  publicKey: 'printf \'{"publicKey":{"publicKeyPEM":"%s"}}\' "$(base64 -w0 <"$0.pub")"',
  signMessage:
    'printf \'{"signMessage":{"signature":"%s"}}\' "$(openssl dgst -sha256 -sign "$0.key" | base64 -w0)"',
} as const;

export interface KeyProgramSpec {
  /** Lies beside the program as `.pub` and `.key`. */
  readonly key: PrivateKey;
  readonly scheme?: string;
  /** Shell lines that run before anything is answered. */
  readonly first?: string;
  readonly publicKey?: string;
  readonly signMessage?: string;
  readonly directory?: string;
}

/**
 * Writes a program `sigstore-kms-SCHEME`, honest where nothing else is asked for.
 * @returns its directory, for PATH
 */
export function makeKeyProgram(spec: KeyProgramSpec): string {
  const { key, scheme = 'testkms', first = '', directory = temporaryDirectory() } = spec;
  mkdirSync(directory, { recursive: true });
  const program = join(directory, `sigstore-kms-${scheme}`);
  writeFileSync(`${program}.pub`, key.publicKey.pem);
  writeFileSync(`${program}.key`, key.key.export({ type: 'pkcs8', format: 'pem' }));
  const { publicKey = ANSWERS.publicKey, signMessage = ANSWERS.signMessage } = spec;
  const lines = [
    ...['#!/bin/sh', 'PATH=/usr/bin:/bin', first, 'case $2 in'],
    `*'"methodName":"publicKey"'*) ${publicKey};;`,
    `*'"methodName":"signMessage"'*) ${signMessage};;`,
    ...['esac', ''],
  ];
  writeFileSync(program, lines.join('\n'));
  chmodSync(program, 0o755);
  return directory;
}
