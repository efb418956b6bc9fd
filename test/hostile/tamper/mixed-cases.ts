import {
  payloadFor,
  pushBundle,
  pushLegacy,
  signedBundle,
  statementFor,
} from '../../signing/support.ts';
import { other, signed, trusted, type Place, type TamperCase } from './tamper-case.ts';

/** A good legacy signature beside a bundle of another key: one must not hide the other. */
const beside =
  (changes: object): TamperCase['write'] =>
  async (place) => {
    const { digest } = place.subject.descriptor;
    await pushLegacy(place, [signed(payloadFor(digest))]);
    await pushBundle(place, signedBundle(other, statementFor(digest, changes)));
  };

/** Both formats at one artifact, as in the record of cosign 2.5.0 and 3.1.1. */
export const MIXED_CASES: readonly TamperCase[] = [
  {
    what: 'nothing',
    write: () => Promise.resolve(),
    cosigns: [10, 10],
    kongcrate: 'NO_SIGNATURE',
  },
  {
    what: 'a bundle of another key beside a good legacy signature',
    write: beside({}),
    cosigns: [0, 1],
    kongcrate: 'trusted',
  },
  {
    what: 'an attestation of another key beside a good legacy signature',
    write: beside({ predicateType: 'https://spdx.dev/Document' }),
    cosigns: [0, 1],
    kongcrate: 'trusted',
  },
  {
    what: 'a good bundle beside a legacy signature of another digest',
    write: async (place: Place): Promise<void> => {
      const statement = statementFor(place.subject.descriptor.digest);
      await pushLegacy(place, [signed(payloadFor(`sha256:${'0'.repeat(64)}`))]);
      await pushBundle(place, signedBundle(trusted, statement));
    },
    cosigns: [12, 0],
    kongcrate: 'trusted',
  },
];
