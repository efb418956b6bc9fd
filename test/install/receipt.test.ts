import { describe, expect, it } from 'vitest';
import type { CertificateSigner } from '../../src/content/verified-subject.ts';
import { decodeReceipt } from '../../src/install/decode-receipt.ts';
import { makePluginReceipt } from '../../src/install/plugin-receipt.ts';
import { encodeReceipt, type Receipt } from '../../src/install/receipt.ts';
import { makeInstallable, UNSIGNED, type InstallableSpec } from '../support/make-installable.ts';

const now = new Date('2026-02-03T04:05:06Z');

function receiptOf(...specs: readonly InstallableSpec[]): Receipt {
  const plugins = specs.map(makeInstallable).map(({ subject, plugin }) => {
    const receipt = makePluginReceipt(subject, plugin, { evidence: Buffer.of(1), now });
    return [receipt.name, receipt] as const;
  });
  return {
    generation: 7,
    createdAt: now.toISOString(),
    action: 'install',
    plugins: new Map(plugins),
  };
}

const FULL = receiptOf(
  { name: 'two', version: '2', tag: '2.0.0' },
  { name: 'constructor', version: '1', trust: UNSIGNED },
);

const KEPT = {
  kind: 'certificate',
  issuer: 'https://token.actions.githubusercontent.com',
  subject: 'https://github.com/acme/three/.github/workflows/release.yml@refs/heads/main',
  workflow: { ref: 'refs/heads/main', sha: 'ab' },
  formats: ['bundle'],
  log: 'verified',
} as const;
const CERTIFIED: CertificateSigner = {
  ...KEPT,
  annotations: {},
  times: ['2026-02-03T04:05:06.000Z'],
};

describe('a receipt', () => {
  it('is read as it was written', () => {
    expect(decodeReceipt(encodeReceipt(FULL))).toEqual(FULL);
  });

  it('keeps whom a certificate named, and how its log entry was', () => {
    const trust = { kind: 'signed', signers: [CERTIFIED] } as const;
    const written = receiptOf({ name: 'three', version: '3', trust });
    const read = decodeReceipt(encodeReceipt(written));
    expect(read).toEqual(written);
    expect(read.plugins.get('three')?.trust).toEqual({ kind: 'signed', signers: [KEPT] });
  });

  it('from before certificates were known is read as one of keys', () => {
    const old = encodeReceipt(FULL)
      .toString()
      .replace('"kind": "signed"', '"kind": "keys"')
      .replace(/\s*"kind": "key",/, '');
    expect(old).not.toContain('"kind": "key"');
    expect(decodeReceipt(Buffer.from(old))).toEqual(FULL);
  });

  it('is the same bytes whatever the order of its plugins', () => {
    const reversed = { ...FULL, plugins: new Map([...FULL.plugins].reverse()) };
    expect(encodeReceipt(reversed)).toEqual(encodeReceipt(FULL));
  });

  it.each<[string, string, string]>([
    ['a newer schema', '"schemaVersion": 1', '"schemaVersion": 2'],
    ['no generation', '"generation": 7', '"generation": "7"'],
    ['an unknown action', '"action": "install"', '"action": "adopt"'],
    ['a path that leads out', '"resty/two.lua"', '"../two.lua"'],
    ["a path in kongcrate's own directory", '"resty/two.lua"', '".kongcrate/current"'],
    ['a name that is a path', '"two": {', '"a/../two": {'],
    ['a name that is not its key', '"name": "two"', '"name": "too"'],
    ['a digest that is none', '"layerDigest": "sha256:', '"layerDigest": "sha256:../'],
    ['a checksum that is none', '"sha256": "', '"sha256": "x'],
    ['a negative size', '"size": ', '"size": -'],
    ['an unknown kind of trust', '"kind": "unsigned"', '"kind": "hearsay"'],
    ['an unknown signature format', '"legacy"', '"pgp"'],
    ['an unknown kind of signer', '"kind": "key"', '"kind": "person"'],
    ['a certificate that names nobody', '"kind": "key"', '"kind": "certificate"'],
    ['no signers', '"signers": [', '"signatures": ['],
    ['no JSON', '{', ''],
  ])('is refused with %s', (_, from, to) => {
    const text = encodeReceipt(FULL).toString();
    expect(text).toContain(from);
    expect(() => decodeReceipt(Buffer.from(text.replaceAll(from, to)))).toThrow();
  });
});
