import { expect, it } from 'vitest';
import { readPublicKey } from '../../src/signing/public-key.ts';
import { sshFingerprint } from '../../src/signing/ssh-fingerprint.ts';
import { sample } from './support.ts';

/** As `ssh-keygen -l` prints them of the same keys. */
it.each([
  ['v3.cosign.pub', 'SHA256:o5kuSs6U8IjuH5E8ZzzbFxdVoW1YBh4szRgGm3E1u5c'],
  ['imp3-p384.pub', 'SHA256:58WgiR8P3woFdRFnFJkdxKHydLuKF0JihmnS3RAq4LQ'],
  ['imp3-p521.pub', 'SHA256:ttJ2Eusx9Igz8Cy3GK1AC8ypC5erZBa4Bvxf6FdZo6s'],
  ['imp3-ed25519.pub', 'SHA256:zw+NWbq9AOUVaFGXOWJtHj7tARdIiN85h/syufFGtsw'],
  ['imp3-rsa2048.pub', 'SHA256:rv5jwc2InfDbDhmGSecDeS5JVXPD2P+PmFLvBNL03sE'],
])('the ssh fingerprint of %s', (file, fingerprint) => {
  const { key } = readPublicKey(sample(`03-keys/${file}`).toString());
  expect(sshFingerprint(key)).toBe(fingerprint);
});
