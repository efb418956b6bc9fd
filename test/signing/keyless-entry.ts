import { sign } from 'node:crypto';
import { json } from '@sigstore/core';
import { makeKeys, publicKeyInfo, type KeyPair } from '../support/local-sigstore/certificate.ts';
import { sha256 } from '../support/local-sigstore/sha256.ts';
import { TransparencyLog } from '../support/local-sigstore/transparency-log.ts';

export const logKeys: KeyPair = makeKeys();
const logId = sha256(publicKeyInfo(logKeys.publicKey));
const log = new TransparencyLog({ origin: 'log.example - 1', name: 'log.example', logId });

/** A signature, and what an entry says of it. */
export interface Made {
  readonly isStatement: boolean;
  readonly signature: Buffer;
  readonly signed: Uint8Array;
  readonly payload: Uint8Array;
  readonly at: Date;
  /** Of the certificate or key that the entry names. */
  readonly pem: string;
}

/** An entry of Rekor v1 with promise and proof, or of Rekor v2 with the proof alone. */
export function makeEntry(made: Made, proofs: readonly string[]): Record<string, unknown> {
  const body = bodyOf(made, proofs.includes('rekor2'));
  const { kind, apiVersion } = body;
  const canonical = Buffer.from(json.canonicalize(body));
  const { index, treeSize, rootHash, hashes, checkpoint } = log.append(
    canonical,
    logKeys.privateKey,
  );
  const isDated = proofs.includes('promise');
  const integratedTime = isDated ? made.at.getTime() / 1000 : 0;
  const promised = {
    body: canonical.toString('base64'),
    integratedTime,
    logID: logId.toString('hex'),
    logIndex: index,
  };
  const promise = sign('sha256', Buffer.from(json.canonicalize(promised)), logKeys.privateKey);
  return {
    logIndex: String(index),
    logId: { keyId: logId.toString('base64') },
    kindVersion: { kind, version: apiVersion },
    integratedTime: String(integratedTime),
    ...(isDated ? { inclusionPromise: { signedEntryTimestamp: promise.toString('base64') } } : {}),
    inclusionProof: {
      logIndex: String(index),
      rootHash: rootHash.toString('base64'),
      treeSize: String(treeSize),
      hashes: hashes.map((hash) => hash.toString('base64')),
      checkpoint: { envelope: checkpoint },
    },
    canonicalizedBody: canonical.toString('base64'),
  };
}

function bodyOf({ isStatement, signature, signed, payload, pem }: Made, isV2: boolean): Body {
  const content = signature.toString('base64');
  const publicKey = Buffer.from(pem).toString('base64');
  if (isV2) {
    const rawBytes = pem.replaceAll(/-----[^-]+-----|\n/g, '');
    const name = pem.includes('CERTIFICATE') ? 'x509Certificate' : 'publicKey';
    const verifier = { keyDetails: 'PKIX_ECDSA_P256_SHA_256', [name]: { rawBytes } };
    const data = { algorithm: 'SHA2_256', digest: sha256(signed).toString('base64') };
    const spec2 = { hashedRekordV002: { data, signature: { content, verifier } } };
    return { apiVersion: '0.0.2', kind: 'hashedrekord', spec: spec2 };
  }
  const hash = { algorithm: 'sha256', value: sha256(payload).toString('hex') };
  if (!isStatement)
    return {
      apiVersion: '0.0.1',
      kind: 'hashedrekord',
      spec: { data: { hash }, signature: { content, publicKey: { content: publicKey } } },
    };
  const signatures = [{ signature: content, verifier: publicKey }];
  return { apiVersion: '0.0.1', kind: 'dsse', spec: { payloadHash: hash, signatures } };
}

interface Body {
  readonly apiVersion: string;
  readonly kind: string;
  readonly spec: object;
}
