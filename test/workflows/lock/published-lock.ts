import type { PrivateKey } from '../../../src/signing/private-key.ts';
import { createKeySigner } from '../../../src/signing/signer.ts';
import {
  publishLock,
  type PublishedLockArtifact,
  type PublishLockOptions,
} from '../../../src/workflows/lock/publish-lock.ts';
import type { Fleet } from './fleet.ts';

/** Publishes the lock of a fleet under a tag, which moves. */
export function publishFleet(
  fleet: Fleet,
  reference: string,
  { key, ...options }: Partial<PublishLockOptions> & { readonly key: PrivateKey },
): Promise<PublishedLockArtifact> {
  const signer = createKeySigner(key);
  return publishLock(fleet.lockFile, reference, { signer, force: true, ...options });
}
