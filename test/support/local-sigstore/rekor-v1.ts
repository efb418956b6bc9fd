import { sign, type KeyObject } from 'node:crypto';
import { json } from '@sigstore/core';
import { makeKeys, publicKeyInfo, type KeyPair } from './certificate.ts';
import type { RekorFault } from './faults.ts';
import {
  jsonReply,
  refusal,
  startHttpService,
  type HttpService,
  type ServiceReply,
} from './http-service.ts';
import { sha256 } from './sha256.ts';
import { TransparencyLog, type Inclusion } from './transparency-log.ts';

export interface Rekor extends HttpService {
  readonly keys: KeyPair;
  readonly logId: Buffer;
}

export interface RekorOptions {
  readonly now: () => Date;
  readonly fault: () => RekorFault | undefined;
}

/** What cosign proposes for a legacy signature. */
interface ProposedHash {
  readonly kind: 'hashedrekord';
  readonly spec: {
    readonly data: { readonly hash: { readonly algorithm: string; readonly value: string } };
    readonly signature: { readonly content: string; readonly publicKey: { content: string } };
  };
}

/** What cosign proposes for a bundle. */
interface ProposedEnvelope {
  readonly kind: 'dsse';
  readonly spec: {
    readonly proposedContent: { readonly envelope: string; readonly verifiers: [string] };
  };
}

interface Envelope {
  readonly payload: string;
  readonly signatures: readonly { readonly sig: string }[];
}

const PATH = '/api/v1/log/entries';
const OTHER_DIGEST = sha256().toString('hex');

/** Serves the part of Rekor's API v1 with which cosign 2 and 3 log a signature. */
export async function startRekorV1({ now, fault }: RekorOptions): Promise<Rekor> {
  const [keys, strangers] = [makeKeys(), makeKeys()];
  const logId = sha256(publicKeyInfo(keys.publicKey));
  const service = await startHttpService(({ method, path, body }) => {
    if (method !== 'POST' || path !== PATH) return refusal(404, `Rekor has no ${method} ${path}`);
    if (fault() === 'refuses') return refusal(403, 'this Rekor logs nothing today');
    const proposed = JSON.parse(body.toString()) as ProposedHash | ProposedEnvelope;
    const entry = Buffer.from(json.canonicalize(entryOf(proposed, fault(), strangers)));
    const { privateKey } = fault() === 'other log' ? strangers : keys;
    const inclusion = log.append(entry, privateKey);
    return replyOf({ entry, inclusion, logId, privateKey, now: now() });
  });
  const { host } = new URL(service.url);
  const log = new TransparencyLog({ origin: `${host} - 1`, name: host, logId });
  return { ...service, keys, logId };
}

/** The entry as Rekor stores it: of an envelope only hashes and signatures. */
function entryOf(
  proposed: ProposedHash | ProposedEnvelope,
  fault: RekorFault | undefined,
  strangers: KeyPair,
): object {
  const keyIn = (content: string): string =>
    fault === 'other key' ? pemInBase64(strangers.publicKey) : content;
  const hashIn = (value: string): object => ({
    algorithm: 'sha256',
    value: fault === 'other digest' ? OTHER_DIGEST : value,
  });
  const { kind, spec } = proposed;
  if (kind === 'hashedrekord') {
    const { content, publicKey } = spec.signature;
    const signature = { content, publicKey: { content: keyIn(publicKey.content) } };
    const data = { hash: hashIn(spec.data.hash.value) };
    return { apiVersion: '0.0.1', kind, spec: { data, signature } };
  }
  const { envelope, verifiers } = spec.proposedContent;
  const { payload, signatures } = JSON.parse(envelope) as Envelope;
  const stored = {
    envelopeHash: hashIn(sha256(Buffer.from(envelope)).toString('hex')),
    payloadHash: hashIn(sha256(Buffer.from(payload, 'base64')).toString('hex')),
    signatures: signatures.map(({ sig }) => ({ signature: sig, verifier: keyIn(verifiers[0]) })),
  };
  return { apiVersion: '0.0.1', kind, spec: stored };
}

interface Logged {
  readonly entry: Buffer;
  readonly inclusion: Inclusion;
  readonly logId: Buffer;
  readonly privateKey: KeyObject;
  readonly now: Date;
}

function replyOf({ entry, inclusion, logId, privateKey, now }: Logged): ServiceReply {
  const { index: logIndex, treeSize, rootHash, hashes, checkpoint, leafHash } = inclusion;
  const promised = {
    body: entry.toString('base64'),
    integratedTime: now.getTime() / 1000,
    logID: logId.toString('hex'),
    logIndex,
  };
  const promise = sign('sha256', Buffer.from(json.canonicalize(promised)), privateKey);
  const inclusionProof = {
    checkpoint,
    hashes: hashes.map((hash) => hash.toString('hex')),
    logIndex,
    rootHash: rootHash.toString('hex'),
    treeSize,
  };
  const verification = { inclusionProof, signedEntryTimestamp: promise.toString('base64') };
  // The tree's number in 16 digits, then the leaf. cosign 3 wants it in the ETag too.
  const id = `${'1'.padStart(16, '0')}${leafHash.toString('hex')}`;
  const reply = jsonReply(201, { [id]: { ...promised, verification } });
  return { ...reply, headers: { ...reply.headers, etag: id, location: `${PATH}/${id}` } };
}

function pemInBase64(key: KeyObject): string {
  return Buffer.from(key.export({ type: 'spki', format: 'pem' })).toString('base64');
}
