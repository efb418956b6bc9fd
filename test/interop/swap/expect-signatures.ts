import { createPublicKey, verify } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { expect } from 'vitest';
import { SIGNATURE_ANNOTATION } from '../../../src/reference/media-types.ts';
import { payloadFor, preAuth, statementFor } from '../../signing/support.ts';
import type { Choice } from './programs.ts';
import { readRegistry, type RegistryReader } from './read-registry.ts';
import type { CellInput, Outcome } from './run-cell.ts';

/** Which formats each program writes. */
export const FORMATS: Readonly<Record<Choice['sign'], { legacy: boolean; bundle: boolean }>> = {
  kongcrate: { legacy: true, bundle: true },
  'cosign2 legacy': { legacy: true, bundle: false },
  'cosign3 legacy': { legacy: true, bundle: false },
  'cosign3 bundle': { legacy: false, bundle: true },
};

interface Manifest {
  readonly layers: readonly [
    { readonly digest: string; readonly annotations?: Readonly<Record<string, string>> },
  ];
}
interface Index {
  readonly manifests: readonly { readonly digest: string }[];
}
interface Bundle {
  readonly dsseEnvelope: { readonly payload: string; readonly signatures: readonly [Signature] };
}
interface Signature {
  readonly sig: string;
}

/** Demands exactly the signatures that the program writes, over exactly the bytes to be signed. */
export async function expectSignatures(
  outcome: Outcome,
  { choice, place }: CellInput,
): Promise<void> {
  const { legacy, bundle } = FORMATS[choice.sign];
  const registry = readRegistry(outcome.repository, place);
  const tag = outcome.digest.replace(':', '-');
  const signature = await registry.find(`manifests/${tag}.sig`);
  expect(signature !== undefined, 'has a legacy signature').toBe(legacy);
  if (signature) await expectLegacy(signature, outcome, registry);
  const listed = await registry.find(`referrers/${outcome.digest}`);
  expect(listed !== undefined, 'has a referrers API').toBe(place.hasReferrersApi);
  // What a registry lists itself needs no fallback tag.
  const fallback = await registry.find(`manifests/${tag}`);
  expect(fallback !== undefined, 'has a fallback tag').toBe(bundle && !place.hasReferrersApi);
  const index = listed ?? fallback;
  const { manifests } = index ? (JSON.parse(index.toString()) as Index) : { manifests: [] };
  expect(manifests).toHaveLength(bundle ? 1 : 0);
  for (const { digest } of manifests)
    await expectBundle(await registry.read(`manifests/${digest}`), outcome, registry);
}

async function expectLegacy(
  manifest: Buffer,
  outcome: Outcome,
  registry: RegistryReader,
): Promise<void> {
  const { payload, annotations } = await readOnlyLayer(manifest, registry);
  const identity = { 'docker-reference': outcome.repository };
  expect(payload.toString()).toBe(JSON.stringify(payloadFor(outcome.digest, { identity })));
  expectSigned(payload, annotations?.[SIGNATURE_ANNOTATION], outcome);
}

async function expectBundle(
  manifest: Buffer,
  outcome: Outcome,
  registry: RegistryReader,
): Promise<void> {
  const { payload } = await readOnlyLayer(manifest, registry);
  const { dsseEnvelope } = JSON.parse(payload.toString()) as Bundle;
  const statement = Buffer.from(dsseEnvelope.payload, 'base64');
  expect(statement.toString()).toBe(JSON.stringify(statementFor(outcome.digest)));
  expect(dsseEnvelope.signatures).toHaveLength(1);
  expectSigned(preAuth(statement), dsseEnvelope.signatures[0].sig, outcome);
}

async function readOnlyLayer(
  manifest: Buffer,
  registry: RegistryReader,
): Promise<{ payload: Buffer; annotations: Readonly<Record<string, string>> | undefined }> {
  const { layers } = JSON.parse(manifest.toString()) as Manifest;
  expect(layers).toHaveLength(1);
  const [{ digest, annotations }] = layers;
  return { payload: await registry.read(`blobs/${digest}`), annotations };
}

function expectSigned(bytes: Buffer, signature = '', { publicKey }: Outcome): void {
  const key = createPublicKey(readFileSync(publicKey));
  expect(verify('sha256', bytes, key, Buffer.from(signature, 'base64'))).toBe(true);
}
