import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { makeKey } from '../../signing/support.ts';
import { temporaryDirectory } from '../../support/temporary-directory.ts';
import { publishSample } from '../../workflows/activation/support.ts';
import { once } from '../swap/once.ts';
import type { Kind } from './cells.ts';

export interface Artifact {
  readonly name: string;
  readonly version: string;
  readonly kind: Kind;
}

/** Plugins in signed layouts: `publish` would refuse some of them. */
export interface Publisher {
  /** Who signed them. */
  readonly publicKey: string;
  /** Gives the reference. */
  readonly publish: (artifact: Artifact) => Promise<string>;
}

export async function createPublisher(): Promise<Publisher> {
  const key = await makeKey();
  const publicKey = join(temporaryDirectory(), 'cosign.pub');
  writeFileSync(publicKey, key.publicKey.pem);
  const publish = once(({ name, ...sample }: Artifact) => publishSample(name, { key, ...sample }));
  return { publicKey, publish };
}
