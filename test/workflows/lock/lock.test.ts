import { describe, expect, it } from 'vitest';
import type { Digest } from '../../../src/reference/digest.ts';
import { compareLocks } from '../../../src/workflows/lock/compare-locks.ts';
import { decodeLock } from '../../../src/workflows/lock/decode-lock.ts';
import { encodeLock, type Lock, type LockedPlugin } from '../../../src/workflows/lock/lock.ts';
import { fc } from '../../support/properties.ts';

const hex = fc.uint8Array({ minLength: 32, maxLength: 32 }).map((bytes) => {
  return Buffer.from(bytes).toString('hex');
});
const digest = hex.map((text): Digest => `sha256:${text}`);
const text = fc.string({ minLength: 1, unit: 'grapheme' });
const name = fc.stringMatching(/^[a-z0-9][a-z0-9_-]{0,9}$/);
const signer = fc.oneof(
  fc.record({ kind: fc.constant('key' as const), keyId: hex }),
  fc.record({ kind: fc.constant('certificate' as const), issuer: text, subject: text }),
);
const plugin = fc.record(
  {
    ...{ name, version: text, reference: text, repository: text, digest, layer: digest },
    signers: fc.uniqueArray(signer, { maxLength: 3, selector: (one) => JSON.stringify(one) }),
    files: fc
      .dictionary(fc.stringMatching(/^([a-z0-9]+\/)?[a-z0-9]+\.lua$/), hex)
      .map((files) => new Map(Object.entries(files))),
  },
  { requiredKeys: ['name', 'reference', 'repository', 'digest', 'layer', 'signers', 'files'] },
) as fc.Arbitrary<LockedPlugin>;
const lock = fc
  .uniqueArray(plugin, { maxLength: 4, selector: (one) => one.name })
  .map((plugins): Lock => ({ plugins }));

describe('a lock', () => {
  it('is read as it was written, and the same in any order', () => {
    fc.assert(
      fc.property(lock, (one) => {
        const written = encodeLock(one);
        const read = decodeLock(written);
        expect(compareLocks(one, read)).toEqual([]);
        expect(encodeLock(read)).toBe(written);
        expect(encodeLock({ plugins: one.plugins.toReversed() })).toBe(written);
      }),
    );
  });

  it('differs from another exactly where their texts do', () => {
    fc.assert(
      fc.property(lock, lock, (one, other) => {
        const isSame = encodeLock(one) === encodeLock(other);
        expect(compareLocks(one, other).length === 0).toBe(isSame);
      }),
    );
  });

  const good = encodeLock({
    plugins: [
      {
        ...{ name: 'x', reference: 'a/b:1', repository: 'index.docker.io/a/b' },
        digest: `sha256:${'1'.repeat(64)}`,
        layer: `sha256:${'2'.repeat(64)}`,
        signers: [{ kind: 'key', keyId: '3'.repeat(64) }],
        files: new Map([['kong/plugins/x/handler.lua', '4'.repeat(64)]]),
      },
    ],
  });
  const change = (from: string, to: string): string => {
    expect(good).toContain(from);
    return good.replace(from, to);
  };

  it.each<[what: string, text: string, message: string]>([
    ['no JSON', '<<<<<<< HEAD', 'not valid JSON'],
    ['a list', '[]', 'has no object'],
    ['a newer version', change('"version": 1', '"version": 2'), 'has the version 2, not 1'],
    ['another key', change('"version": 1', '"version": 1, "x": 1'), 'an unknown field, "x"'],
    ['another key of a plugin', change('"name"', '"tag": "", "name"'), '"plugins.tag"'],
    ['a key twice', change('"name": "x"', '"name": "x", "name": "y"'), 'stands there twice'],
    ['no plugins', '{"version": 1}', 'has no list in plugins'],
    ['a path as name', change('"name": "x"', '"name": "../x"'), 'a plugin called "../x"'],
    ['half a digest', change('1'.repeat(64), '1'), 'has no digest in digest'],
    ['a signer of another kind', change('"kind": "key"', '"kind": "pgp"'), '"pgp" in kind'],
    ['a file above the root', change('kong/plugins/x', '../../x'), 'in files'],
    ['a file without a hash', change('4'.repeat(64), ''), 'in files'],
  ])('with %s is refused', (_what, damaged, message) => {
    expect(() => decodeLock(damaged)).toThrow(message);
  });

  it('with one plugin twice is refused', () => {
    const { plugins } = decodeLock(good);
    expect(() => decodeLock(encodeLock({ plugins: [...plugins, ...plugins] }))).toThrow('x twice');
  });
});
