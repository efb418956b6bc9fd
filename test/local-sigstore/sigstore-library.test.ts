import { bundleFromJSON, type SerializedBundle } from '@sigstore/bundle';
import { TrustedRoot } from '@sigstore/protobuf-specs';
import { toSignedEntity, toTrustMaterial, Verifier } from '@sigstore/verify';
import { beforeAll, expect, it } from 'vitest';
import type { CosignCell } from '../support/local-sigstore/cosign-cell.ts';
import { IDENTITY } from '../support/local-sigstore/identity-token.ts';
import { signWithCosign } from '../support/local-sigstore/sign-with-cosign.ts';
import {
  startLocalSigstore,
  type LocalSigstore,
} from '../support/local-sigstore/start-local-sigstore.ts';
import { describeWithPeers } from '../support/peers.ts';
import { startTestRegistry, type TestRegistry } from '../support/test-registry.ts';
import { pushUnsigned } from './support.ts';

describeWithPeers(['cosign3'], "sigstore's own library", () => {
  let sigstore: LocalSigstore;
  let registry: TestRegistry;
  beforeAll(async () => {
    sigstore = await startLocalSigstore();
    registry = await startTestRegistry({ referrersApi: true });
  });

  // Several entries a log, so that inclusion is proved in a tree and not in a single leaf.
  it.each(['rekor1', 'rekor1+tsa', 'rekor2+tsa', 'rekor2+tsa'] as const)(
    'verifies a bundle of cosign 3 with %s',
    async (log) => {
      const reference = await pushUnsigned(registry.host, `${log} ${sigstore.requests().length}`);
      const cell: CosignCell = { cosign: 3, format: 'bundle', material: 'keyless', log };
      const { status, stderr } = await signWithCosign(sigstore, { ...cell, reference });
      expect(status, stderr).toBe(0);
      const trust = toTrustMaterial(TrustedRoot.fromJSON(sigstore.trustedRoot.json));
      const signer = new Verifier(trust).verify(toSignedEntity(bundleOf(reference)));
      expect(signer.identity?.subjectAlternativeName).toBe(IDENTITY);
    },
  );

  function bundleOf(reference: string): ReturnType<typeof bundleFromJSON> {
    const [name = ''] = reference.slice(registry.host.length + 1).split('@');
    const texts = [...registry.repository(name).blobs.values()].map(String);
    const text = texts.find((one) => one.includes('"verificationMaterial"')) ?? '';
    return bundleFromJSON(JSON.parse(text) as SerializedBundle);
  }
});
