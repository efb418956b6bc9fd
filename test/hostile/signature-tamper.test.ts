import { readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { expectError } from '../support/expect-error.ts';
import { storeWithSubject, verifyWith } from '../signing/support.ts';
import { BUNDLE_CASES } from './tamper/bundle-cases.ts';
import { LEGACY_CASES } from './tamper/legacy-cases.ts';
import { MIXED_CASES } from './tamper/mixed-cases.ts';
import { trusted } from './tamper/tamper-case.ts';

const CASES = [
  ...LEGACY_CASES.map((one) => ({ ...one, format: 'legacy' })),
  ...BUNDLE_CASES.map((one) => ({ ...one, format: 'bundle' })),
  ...MIXED_CASES.map((one) => ({ ...one, format: 'mixed' })),
];
const DOCUMENTATION = readFileSync(
  new URL('../../docs/interoperability.md', import.meta.url),
  'utf8',
);

/** What the real programs say is asked in test/interop/signature-tamper.soak.ts. */
describe.each(CASES)('$format, $what', ({ write, annotations, kongcrate, says = '' }) => {
  it(kongcrate, async () => {
    const place = await storeWithSubject();
    await write(place);
    const verify = () => verifyWith([trusted], place, annotations ? { annotations } : {});
    if (kongcrate === 'trusted') {
      const { trust } = await verify();
      expect(trust).toMatchObject({ signers: [{ keyId: trusted.publicKey.keyId }] });
      return;
    }
    const error = await expectError(verify, kongcrate);
    expect(error.message).toContain(says);
    if (kongcrate !== 'NO_SIGNATURE') expect(error.message).toMatch(/layer 1 of |referrer sha256:/);
  });
});

describe('kongcrate beside both cosigns', () => {
  it('refuses whatever both of them refuse', () => {
    const taken = CASES.filter(({ kongcrate }) => kongcrate === 'trusted');
    expect(taken.filter(({ cosigns }) => !cosigns.includes(0))).toEqual([]);
  });

  it('says in the documentation why it refuses what one of them takes', () => {
    const refused = CASES.filter(({ kongcrate }) => kongcrate !== 'trusted');
    for (const { cosigns, stricter, what } of refused)
      expect(stricter !== undefined, what).toBe(cosigns.includes(0));
    for (const { stricter } of refused)
      if (stricter !== undefined) expect(DOCUMENTATION).toContain(`- ${stricter}\n`);
  });
});
