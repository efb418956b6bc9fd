import { join } from 'node:path';
import { expect } from 'vitest';
import { createRegistryStore } from '../../src/registry/registry-store.ts';
import { nameOfCell, type CosignCell } from '../support/local-sigstore/cosign-cell.ts';
import { signWithCosign } from '../support/local-sigstore/sign-with-cosign.ts';
import {
  startLocalSigstore,
  type LocalSigstore,
} from '../support/local-sigstore/start-local-sigstore.ts';
import { verifyWithCosign } from '../support/local-sigstore/verify-with-cosign.ts';
import { runPeer } from '../support/must-succeed.ts';
import { makeArtifact, pushArtifact } from '../support/small-artifact.ts';
import { temporaryDirectory } from '../support/temporary-directory.ts';

export interface KeyFiles {
  readonly key: string;
  readonly publicKey: string;
}

export async function makeKeyFiles(): Promise<KeyFiles> {
  const cwd = temporaryDirectory();
  await runPeer('cosign3', ['generate-key-pair'], { cwd });
  return { key: join(cwd, 'cosign.key'), publicKey: join(cwd, 'cosign.pub') };
}

/** Pushes something that nobody has signed yet; gives its reference by digest. */
export async function pushUnsigned(host: string, name: string): Promise<string> {
  const artifact = makeArtifact(name);
  const { digest } = artifact.manifest;
  const repository = `acme/${digest.slice(-12)}`;
  const store = createRegistryStore({ host, repository });
  await pushArtifact(store, artifact);
  store.close();
  return `${host}/${repository}@${digest}`;
}

export interface Place {
  readonly sigstore: LocalSigstore;
  readonly host: string;
  readonly mine: KeyFiles;
  readonly others: KeyFiles;
}

/** Servers with the clock so far from ours, and keys of two people. */
export async function preparePlace(host: string, clockOffsetMs = 0): Promise<Place> {
  const [sigstore, mine, others] = await Promise.all([
    startLocalSigstore({ clockOffsetMs }),
    makeKeyFiles(),
    makeKeyFiles(),
  ]);
  return { sigstore, host, mine, others };
}

/** cosign signs, and verifies with our root what it signed, but not as somebody else's. */
export async function expectRoundTrip(place: Place, cell: CosignCell): Promise<void> {
  const { sigstore, host, mine, others } = place;
  const reference = await pushUnsigned(host, nameOfCell(cell));
  const signed = await signWithCosign(sigstore, { ...cell, reference, key: mine.key });
  expect(signed.status, signed.stderr).toBe(0);
  const target = { ...cell, reference };
  const right = await verifyWithCosign(sigstore, { ...target, key: mine.publicKey });
  expect(right.status, right.stderr).toBe(0);
  const wrong = { key: others.publicKey, identity: 'https://github.com/acme' };
  expect((await verifyWithCosign(sigstore, { ...target, ...wrong })).status).not.toBe(0);
}
