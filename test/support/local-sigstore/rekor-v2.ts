import { generateKeyPairSync } from 'node:crypto';
import { json } from '@sigstore/core';
import { makeKeys, publicKeyInfo } from './certificate.ts';
import type { RekorFault } from './faults.ts';
import { jsonReply, refusal, startHttpService, type ServiceReply } from './http-service.ts';
import type { Rekor, RekorOptions } from './rekor-v1.ts';
import { sha256 } from './sha256.ts';
import { TransparencyLog, type Inclusion } from './transparency-log.ts';

/** What cosign 3 asks to log: for a bundle the digest is that of the envelope's PAE. */
interface AskedV2 {
  readonly hashedRekordRequestV002?: {
    readonly digest: string;
    readonly signature: { readonly content: string; readonly verifier: object };
  };
}

/** A signed note names its Ed25519 key by this byte. */
const NOTE_ED25519 = 1;

/** Serves the part of Rekor's API v2 with which cosign 3 logs a signature; it knows no time. */
export async function startRekorV2({ fault }: Pick<RekorOptions, 'fault'>): Promise<Rekor> {
  const [keys, strangers] = [generateKeyPairSync('ed25519'), generateKeyPairSync('ed25519')];
  const service = await startHttpService(({ method, path, body }) => {
    if (method !== 'POST' || path !== '/api/v2/log/entries')
      return refusal(404, `Rekor has no ${method} ${path}`);
    if (fault() === 'refuses') return refusal(403, 'this Rekor logs nothing today');
    const { hashedRekordRequestV002: asked } = JSON.parse(body.toString()) as AskedV2;
    if (!asked) return refusal(400, 'Rekor v2 logs hashedRekordRequestV002 only');
    const entry = Buffer.from(json.canonicalize(entryOf(asked, fault())));
    const { privateKey } = fault() === 'other log' ? strangers : keys;
    return replyOf(entry, log.append(entry, privateKey), logId);
  });
  const name = new URL(service.url).hostname;
  const rawKey = publicKeyInfo(keys.publicKey).subarray(-32);
  const logId = sha256(Buffer.from(`${name}\n`), Buffer.from([NOTE_ED25519]), rawKey);
  const log = new TransparencyLog({ origin: name, name, logId });
  return { ...service, keys, logId };
}

function entryOf(
  { digest, signature }: NonNullable<AskedV2['hashedRekordRequestV002']>,
  fault: RekorFault | undefined,
): object {
  const data = {
    algorithm: 'SHA2_256',
    digest: fault === 'other digest' ? sha256().toString('base64') : digest,
  };
  const rawBytes = publicKeyInfo(makeKeys().publicKey).toString('base64');
  const verifier =
    fault === 'other key'
      ? { keyDetails: 'PKIX_ECDSA_P256_SHA_256', publicKey: { rawBytes } }
      : signature.verifier;
  const { content } = signature;
  const hashedRekordV002 = { data, signature: { content, verifier } };
  return { apiVersion: '0.0.2', kind: 'hashedrekord', spec: { hashedRekordV002 } };
}

function replyOf(entry: Buffer, inclusion: Inclusion, logId: Buffer): ServiceReply {
  const { index, treeSize, rootHash, hashes, checkpoint } = inclusion;
  const inclusionProof = {
    logIndex: String(index),
    rootHash: rootHash.toString('base64'),
    treeSize: String(treeSize),
    hashes: hashes.map((hash) => hash.toString('base64')),
    checkpoint: { envelope: checkpoint },
  };
  return jsonReply(201, {
    logIndex: String(index),
    logId: { keyId: logId.toString('base64') },
    kindVersion: { kind: 'hashedrekord', version: '0.0.2' },
    integratedTime: '0',
    inclusionPromise: null,
    inclusionProof,
    canonicalizedBody: entry.toString('base64'),
  });
}
