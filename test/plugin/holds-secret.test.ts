import { expect, it } from 'vitest';
import { holdsSecret } from '../../src/plugin/holds-secret.ts';

const KIBIBYTE = 1024;
const pem = Buffer.from('-----BEGIN EC PRIVATE KEY-----\nMHcCAQEEIBAqGxQ8\n');
const around = (secret: Buffer, at: number): Buffer =>
  Buffer.concat([Buffer.alloc(at, 'x'), secret, Buffer.alloc(600 * KIBIBYTE - at, 'y')]);

it('finds a key wherever it stands in a large file', () => {
  for (let at = 0; at <= 600 * KIBIBYTE; at += 4 * KIBIBYTE)
    expect(holdsSecret('model.bin', around(pem, at)), String(at)).toBe(true);
  for (let at = 255 * KIBIBYTE; at <= 257 * KIBIBYTE; at += 7)
    expect(holdsSecret('model.bin', around(pem, at)), String(at)).toBe(true);
});

it('tells header and data of a PuTTY key together, however far apart', () => {
  const header = Buffer.from('PuTTY-User-Key-File-3: x\n');
  const apart = Buffer.concat([
    header,
    Buffer.alloc(600 * KIBIBYTE),
    Buffer.from('Private-Lines: 1'),
  ]);
  expect(holdsSecret('x.txt', apart)).toBe(true);
  expect(holdsSecret('x.txt', apart.subarray(0, -9))).toBe(false);
});

it('takes a large public key for none', () => {
  expect(
    holdsSecret('x.key', around(Buffer.from('-----BEGIN PUBLIC KEY-----'), 300 * KIBIBYTE)),
  ).toBe(false);
  expect(holdsSecret('x.key', Buffer.alloc(300 * KIBIBYTE))).toBe(true);
});
