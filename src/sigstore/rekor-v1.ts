import { createHash } from 'node:crypto';
import type { LogEntry } from '../signing/log-entry.ts';
import type { FreshSignature, Witness } from '../signing/witness.ts';
import { askService, readAnswer, type ServiceAnswer, type ServicePlace } from './ask-service.ts';
import { loggedKeyOf } from './logged-key.ts';

const NAME = 'the log';
const PATH = '/api/v1/log/entries';
const HEADERS = { Accept: 'application/json', 'Content-Type': 'application/json' };
/** The same entry is there: its place is in `Location`. */
const CONFLICT = 409;

/** A log with Rekor's API v1: kind `dsse` for an envelope, `hashedrekord` for everything else. */
export function createRekorV1(place: ServicePlace): Witness {
  return {
    kind: 'log',
    formats: ['bundle', 'legacy'],
    testify: async (fresh, { signal }) => {
      const call = { name: NAME, headers: HEADERS, ...(signal ? { signal } : {}) };
      const body = Buffer.from(JSON.stringify(propose(fresh)));
      const answer = await askService(place, { ...call, path: PATH, body, expected: [CONFLICT] });
      const found =
        answer.status === CONFLICT
          ? await askService(place, { ...call, path: pathOf(answer) })
          : answer;
      return { entries: [readAnswer(NAME, found, readEntry)], timestamps: [] };
    },
  };
}

function propose({ signedBytes, signature, envelope, signer }: FreshSignature): object {
  const key = Buffer.from(loggedKeyOf(signer).pem).toString('base64');
  const sig = Buffer.from(signature).toString('base64');
  if (envelope) {
    const payload = Buffer.from(envelope.payload).toString('base64');
    const { payloadType } = envelope;
    const text = JSON.stringify({ payload, payloadType, signatures: [{ sig }] });
    const spec = { proposedContent: { envelope: text, verifiers: [key] } };
    return { apiVersion: '0.0.1', kind: 'dsse', spec };
  }
  const value = createHash('sha256').update(signedBytes).digest('hex');
  const spec = {
    data: { hash: { algorithm: 'sha256', value } },
    signature: { content: sig, publicKey: { content: key } },
  };
  return { apiVersion: '0.0.1', kind: 'hashedrekord', spec };
}

/** Only the entry's name is taken: where the log is, the user said. */
function pathOf({ location = '' }: ServiceAnswer): string {
  return `${PATH}/${/[0-9a-f]+$/.exec(location)?.[0] ?? ''}`;
}

interface EntryV1 {
  readonly body: string;
  readonly integratedTime: number;
  readonly logID: string;
  readonly logIndex: number;
  readonly verification: {
    readonly signedEntryTimestamp: string;
    readonly inclusionProof: {
      readonly checkpoint: string;
      readonly hashes: readonly string[];
      readonly logIndex: number;
      readonly rootHash: string;
      readonly treeSize: number;
    };
  };
}

/** An object with one member, named after the entry. What it is worth is checked with the bundle. */
function readEntry(json: unknown): LogEntry {
  const [entry] = Object.values(json as Record<string, EntryV1>);
  if (!entry) throw new Error('no entry');
  const canonicalizedBody = Buffer.from(entry.body, 'base64');
  const { kind, apiVersion } = JSON.parse(canonicalizedBody.toString('utf8')) as {
    readonly kind: string;
    readonly apiVersion: string;
  };
  const { inclusionProof: proof, signedEntryTimestamp } = entry.verification;
  return {
    logIndex: String(entry.logIndex),
    logId: { keyId: Buffer.from(entry.logID, 'hex') },
    kindVersion: { kind, version: apiVersion },
    integratedTime: String(entry.integratedTime),
    inclusionPromise: { signedEntryTimestamp: Buffer.from(signedEntryTimestamp, 'base64') },
    inclusionProof: {
      logIndex: String(proof.logIndex),
      rootHash: Buffer.from(proof.rootHash, 'hex'),
      treeSize: String(proof.treeSize),
      hashes: proof.hashes.map((hash) => Buffer.from(hash, 'hex')),
      checkpoint: { envelope: proof.checkpoint },
    },
    canonicalizedBody,
  };
}
