import { createHash } from 'node:crypto';
import { TransparencyLogEntry } from '@sigstore/protobuf-specs';
import { KongcrateError } from '../errors/kongcrate-error.ts';
import type { LogEntry } from '../signing/log-entry.ts';
import type { FreshSignature, Witness } from '../signing/witness.ts';
import { askService, readAnswer, type ServicePlace } from './ask-service.ts';
import { loggedKeyOf } from './logged-key.ts';

const NAME = 'the log';
const HEADERS = { Accept: 'application/json', 'Content-Type': 'application/json' };

/**
 * A log with Rekor's API v2, which takes `hashedrekord` only: of an envelope the hash of what its
 * signature covers. Its entries bear no time, and no promise that the legacy format could hold.
 */
export function createRekorV2(place: ServicePlace): Witness {
  return {
    kind: 'log',
    formats: ['bundle'],
    testify: async (fresh, { signal }) => {
      const answer = await askService(place, {
        name: NAME,
        path: '/api/v2/log/entries',
        headers: HEADERS,
        body: Buffer.from(JSON.stringify(request(fresh))),
        ...(signal ? { signal } : {}),
      });
      return { entries: [readAnswer(NAME, answer, readEntry)], timestamps: [] };
    },
  };
}

function request({ signedBytes, signature, signer }: FreshSignature): object {
  const { der, isCertificate, details: keyDetails } = loggedKeyOf(signer);
  if (keyDetails === undefined) throw notTaken(signer);
  const key = { rawBytes: der.toString('base64') };
  const verifier = {
    ...(isCertificate ? { x509Certificate: key } : { publicKey: key }),
    keyDetails,
  };
  return {
    hashedRekordRequestV002: {
      digest: createHash('sha256').update(signedBytes).digest('base64'),
      signature: { content: Buffer.from(signature).toString('base64'), verifier },
    },
  };
}

function notTaken({ identity: { key } }: FreshSignature['signer']): KongcrateError {
  const { namedCurve, modulusLength } = key.asymmetricKeyDetails ?? {};
  const kind = namedCurve ?? `RSA of ${modulusLength ?? 0} bits`;
  return new KongcrateError('USAGE', `a log with Rekor v2 takes no key of the kind ${kind}`, {
    remedy: 'Sign with an ECDSA P-256 key, name a log with Rekor v1, or leave --tlog out.',
  });
}

/** What it is worth is checked with the bundle. */
function readEntry(json: unknown): LogEntry {
  const { logId, kindVersion, inclusionPromise, inclusionProof, ...entry } =
    TransparencyLogEntry.fromJSON(json);
  if (!logId || !kindVersion) throw new Error('an entry without log or kind');
  return { ...entry, logId, kindVersion, inclusionPromise, inclusionProof };
}
