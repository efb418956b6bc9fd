import { createHash } from 'node:crypto';
import { RFC3161Timestamp } from '@sigstore/core';
import { KongcrateError } from '../errors/kongcrate-error.ts';
import type { Witness } from '../signing/witness.ts';
import { askService, type ServicePlace } from './ask-service.ts';

const NAME = 'the timestamp authority';

/**
 * RFC 3161, 2.4.1, in DER: version 1, SHA-256 of the signature, and the authority's certificate
 * along with the answer. Without a nonce: no other signature has this hash.
 */
const REQUEST_HEAD = Buffer.from('30390201013031300d060960864801650304020105000420', 'hex');
const REQUEST_TAIL = Buffer.from('0101ff', 'hex');

/** Where a request goes whole: the path is part of the authority's address. */
export function createTimestampAuthority(place: ServicePlace): Witness {
  return {
    kind: 'timestamp',
    formats: ['bundle', 'legacy'],
    testify: async ({ signature }, { signal }) => {
      const hash = createHash('sha256').update(signature).digest();
      const { body } = await askService(place, {
        name: NAME,
        headers: {
          Accept: 'application/timestamp-reply',
          'Content-Type': 'application/timestamp-query',
        },
        body: Buffer.concat([REQUEST_HEAD, hash, REQUEST_TAIL]),
        ...(signal ? { signal } : {}),
      });
      refuseGarbage(body);
      return { entries: [], timestamps: [body] };
    },
  };
}

/** Whose stamp it is, over what and from when, is checked with the signature. */
function refuseGarbage(der: Buffer): void {
  try {
    RFC3161Timestamp.parse(Buffer.from(der));
  } catch (cause) {
    throw new KongcrateError('SIGNING_SERVICE_ERROR', `${NAME} gave no timestamp`, {
      remedy: 'Nothing was pushed. Check the whole address of the authority, with its path.',
      cause,
    });
  }
}
