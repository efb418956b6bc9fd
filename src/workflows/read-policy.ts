import { dirname, resolve } from 'node:path';
import { parseTrustPolicy } from '../signing/policy/parse-trust-policy.ts';
import type { TrustPolicy } from '../signing/policy/trust-policy.ts';
import { readSourceFile } from './read-source-file.ts';

/** The most bytes of a key or a trusted root that a policy names. */
const MAX_NAMED_BYTES = 1024 * 1024;

/**
 * Reads a trust policy, and the files that it names by paths relative to its own directory.
 * @throws KongcrateError POLICY_INVALID with line and column, SOURCE_UNREADABLE
 */
export async function readPolicy(path: string): Promise<TrustPolicy> {
  const readFile = readNamedFile(dirname(resolve(path)));
  return parseTrustPolicy(readSourceFile(path), { file: path, readFile });
}

/** How the files are read that a policy in a directory names. */
export function readNamedFile(directory: string): (path: string) => string {
  return (named) => readSourceFile(resolve(directory, named), MAX_NAMED_BYTES).toString('utf8');
}
