import { existsSync, mkdirSync } from 'node:fs';
import { join } from 'node:path';
import { asWriteFailure } from '../../errors/as-write-failure.ts';
import { writeNewFile } from '../write-new-file.ts';
import { nameOfMaterial, TRUST_DIRECTORY, type TrustMaterial } from './trust-material.ts';

/**
 * Puts keys and trusted roots beside the artifacts of a layout.
 * @throws KongcrateError INSTALL_FAILED
 */
export function placeTrust(layout: string, trust: readonly TrustMaterial[]): void {
  if (trust.length === 0) return;
  const directory = join(layout, TRUST_DIRECTORY);
  try {
    mkdirSync(directory, { recursive: true });
  } catch (error) {
    throw asWriteFailure(directory, error);
  }
  for (const material of trust) {
    const path = join(directory, nameOfMaterial(material));
    // Its name is what it holds.
    if (!existsSync(path)) writeNewFile(path, material.bytes, 0o644);
  }
}
