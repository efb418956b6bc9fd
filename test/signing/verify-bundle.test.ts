import { generateKeyPairSync } from 'node:crypto';
import { describe, expect, it } from 'vitest';
import { matching } from '../../src/signing/text-demand.ts';
import { makeKeys } from '../support/local-sigstore/certificate.ts';
import { sha256 } from '../support/local-sigstore/sha256.ts';
import { expectError } from '../support/expect-error.ts';
import {
  ISSUER,
  makeBundle,
  makeRoot,
  makeRootOf,
  SUBJECT,
  trusting,
  type BundleParts,
} from './keyless.ts';
import { statementFor } from './support.ts';
import { verifyBundle } from './verify-bundle.ts';
import {
  file,
  statement,
  FILE,
  V1,
  verify,
  refusal,
  entry,
  stranger,
  OTHER,
  byKey,
  rootWith,
} from './bundle-samples.ts';

describe('S6: a certificate that expired long ago', () => {
  it.each([
    ['file', V1],
    ['statement', V1],
    ['file', ['promise', 'proof', 'stamp']],
    ['statement', ['promise', 'proof', 'stamp']],
    ['file', ['rekor2', 'stamp']],
    ['statement', ['rekor2', 'stamp']],
  ] as const)('%s with %j holds, and says all it knows', async (content, proofs) => {
    const spec = { proofs, ...(content === 'file' ? { file } : { statement }) };
    const { digest, signers } = await verify(spec);
    expect(digest).toBe(`sha256:${sha256(file).toString('hex')}`);
    expect(signers).toEqual([
      {
        kind: 'certificate',
        issuer: ISSUER,
        subject: SUBJECT,
        workflow: {},
        formats: ['bundle'],
        annotations: {},
        log: 'verified',
        times: ['2026-01-15T10:01:00.000Z'],
      },
    ]);
  });

  it.each([
    ['outside of its ten minutes', { seenAfterSeconds: 601 }],
    ['before it', { seenAfterSeconds: -1 }],
    ['stamped outside', { seenAfterSeconds: 601, proofs: ['rekor2', 'stamp'] }],
    ['of another authority', { fault: 'other authority' }],
    ['without SCT', { fault: 'no SCT' }],
    ['with the SCT of another log', { fault: 'other CT log' }],
    ['for another purpose than signing code', { fault: 'other purpose' }],
    ['which is that of an authority', { fault: 'authority' }],
  ] as const)('used %s: 13', async (_what, changes) => {
    await refusal({ ...FILE, ...changes }, 'CERTIFICATE_MISMATCH');
  });

  it.each([
    ['held then', '2026-01-15', true],
    ['had expired before (CVE-2026-24122)', '2025-01-14', false],
    ['was not yet valid', '2026-01-17', false],
  ])('of an authority whose certificate %s', async (_what, day, holds) => {
    const policy = trusting({}, makeRootOf(day));
    if (holds) await verify(FILE, policy);
    else await refusal(FILE, 'CERTIFICATE_MISMATCH', policy);
  });

  it('for an RSA key of 1024 bits', async () => {
    const rsa = (modulusLength: number) => generateKeyPairSync('rsa', { modulusLength });
    await verify({ ...FILE, leafKeys: rsa(2048) });
    const message = await refusal({ ...FILE, leafKeys: rsa(1024) }, 'SIGNATURE_MISMATCH');
    expect(message).toContain('rsa with 1024 bits');
  });

  it('whose envelope calls the key by another name', async () => {
    const change = (parts: BundleParts): void => {
      const [signature] = (parts.dsseEnvelope as { signatures: object[] }).signatures;
      Object.assign(signature ?? {}, { keyid: 'x' });
    };
    expect(await refusal({ statement, change }, 'SIGNATURE_MISMATCH')).toContain('it calls "x"');
  });

  it('with nothing that says when', async () => {
    expect(await refusal({ ...FILE, proofs: ['rekor2'] }, 'SIGNATURE_MISMATCH')).toContain('when');
    expect(await refusal({ ...FILE, proofs: [] }, 'SIGNATURE_MISMATCH')).toContain('when');
  });
});

/** Names that are nearly the demanded one: test/hostile/identity-tricks.test.ts. */
describe('whom a certificate names', () => {
  it('an extension that stands there twice', async () => {
    const extensions = [ISSUER, 'https://evil.example'].map((value) => ({
      oid: '1.3.6.1.4.1.57264.1.8',
      value,
    }));
    expect(await refusal({ ...FILE, extensions }, 'CERTIFICATE_MISMATCH')).toContain('twice');
  });

  it('the workflow of GitHub, exactly', async () => {
    const issuer = { oid: '1.3.6.1.4.1.57264.1.8', value: ISSUER };
    const ref = { oid: '1.3.6.1.4.1.57264.1.6', value: 'refs/heads/main', legacy: true };
    const spec = { ...FILE, extensions: [issuer, ref] };
    const { signers } = await verify(spec, trusting({ workflow: { ref: 'refs/heads/main' } }));
    expect(signers).toMatchObject([{ workflow: { ref: 'refs/heads/main' } }]);
    for (const workflow of [{ ref: 'refs/heads/mai' }, { sha: 'ab' }])
      await refusal(spec, 'CERTIFICATE_MISMATCH', trusting({ workflow }));
    await refusal(FILE, 'CERTIFICATE_MISMATCH', trusting({ workflow: { ref: '' } }));
  });

  it.each([
    ['https://github\\.com/acme/.*', true],
    ['.*', true],
    ['https://github\\.com/acme/', false],
    ['/acme/', false],
    ['x|y', false],
    ['HTTPS://.*', false],
  ])('the expression %j takes the whole name: %s', async (source, takes) => {
    const policy = trusting({ identity: await matching(source, '--certificate-identity-regexp') });
    if (takes) await verify(FILE, policy);
    else await refusal(FILE, 'CERTIFICATE_MISMATCH', policy);
  });

  it('no expression takes a name with a line feed, which cosign does', async () => {
    const spec = { ...FILE, names: [{ kind: 'mail', value: 'evil\nops@acme.example' }] } as const;
    const identity = await matching('(?s).*ops@acme\\.example', '--certificate-identity-regexp');
    const message = await refusal(spec, 'CERTIFICATE_MISMATCH', trusting({ identity }));
    expect(message).toContain('no printable text');
  });

  it.each(['', '(', 'a)|(b', '(?=x)', '(x)\\1', '(?<=x)y', 'x++', '(?>x)'])(
    '%j is no expression',
    async (source) => {
      await expectError(() => matching(source, '--certificate-identity-regexp'), 'USAGE');
    },
  );

  it('a signature by a key has no certificate: 13', async () => {
    const message = await refusal({ ...FILE, key: stranger }, 'CERTIFICATE_MISMATCH');
    expect(message).toContain('no certificate');
  });
});

describe('S14: nobody to trust', () => {
  it.each([
    ['no demand', []],
    ['a demand of nobody', [{ signers: [], threshold: 1 }]],
  ])('%s is no policy that everything meets', async (_what, demands) => {
    await refusal(FILE, 'TRUST_MISSING', { ...trusting(), demands });
  });
});

describe('what was signed', () => {
  it.each([
    ['another file', { file: Buffer.from('other') }],
    ['a statement about another file', { statement: statementFor('00'.repeat(32)) }],
    ['an attestation', { statement: { ...statement, predicateType: 'https://slsa.dev/x' } }],
  ])('%s', async (_what, spec) => {
    await refusal(spec, 'SIGNATURE_MISMATCH');
  });

  it('a digest in the bundle that is not the one of the file', async () => {
    const change = (parts: BundleParts): void => {
      const digest = sha256(Buffer.from('lie')).toString('base64');
      if (parts.messageSignature) parts.messageSignature.messageDigest.digest = digest;
    };
    await refusal({ ...FILE, key: stranger, proofs: [], change }, 'SIGNATURE_MISMATCH', byKey());
    await verify({ ...FILE, key: stranger, proofs: [] }, byKey());
  });

  it('a digest of the file by another algorithm than it says', async () => {
    const change = (parts: BundleParts): void => {
      if (parts.messageSignature) parts.messageSignature.messageDigest.algorithm = 'SHA2_512';
    };
    expect(await refusal({ ...FILE, change }, 'SIGNATURE_MISMATCH')).toContain('not SHA2_256');
  });

  it('an attestation where one is asked for', async () => {
    const attestation = 'https://slsa.dev/provenance/v1';
    const bundle = makeBundle({ statement: { ...statement, predicateType: attestation } });
    const given = { name: 'plugin.tar.gz', file, bundle };
    await verifyBundle({ ...given, attestation }, trusting());
    await expectError(
      () => verifyBundle({ ...given, attestation: `${attestation}x` }, trusting()),
      'SIGNATURE_MISMATCH',
    );
    const signature = { ...given, bundle: makeBundle(FILE), attestation };
    await expectError(() => verifyBundle(signature, trusting()), 'SIGNATURE_MISMATCH');
  });

  it('a chain with a root in it', async () => {
    const root = makeRoot()['certificateAuthorities'] as {
      certChain: { certificates: [{ rawBytes: string }] };
    }[];
    const change = (parts: BundleParts): void => {
      const { certificate } = parts.verificationMaterial;
      const [above] = root[0]?.certChain.certificates ?? [];
      delete parts.verificationMaterial.certificate;
      parts.mediaType = 'application/vnd.dev.sigstore.bundle+json;version=0.2';
      const certificates = [certificate, above].flatMap((one) => one ?? []);
      parts.verificationMaterial.x509CertificateChain = { certificates };
    };
    expect(await refusal({ ...FILE, change }, 'SIGNATURE_MISMATCH')).toContain('root');
  });
});

describe('keys with a log', () => {
  const logged = { ...FILE, key: stranger };

  it('the entry is checked against the root that knows the log, or set aside', async () => {
    const times = ['2026-01-15T10:01:00.000Z'];
    const verified = await verify(logged, byKey());
    expect(verified.signers).toMatchObject([{ kind: 'key', log: 'verified', times }]);
    const other = await verify(logged, { demands: byKey().demands });
    expect(other.signers).toMatchObject([{ kind: 'key', log: 'not checked', times: [] }]);
    const none = await verify({ ...logged, proofs: [] }, byKey());
    expect(none.signers[0]).not.toHaveProperty('log');
  });

  it('an entry of a known log has to hold, and to be by the same key', async () => {
    const change = entry((one) => (one['logIndex'] = '999'));
    await refusal({ ...logged, change }, 'SIGNATURE_MISMATCH', byKey());
    const entryKey = makeKeys().publicKey.export({ type: 'spki', format: 'pem' }).toString();
    for (const proofs of [V1, ['rekor2', 'stamp'] as const])
      expect(
        await refusal({ ...logged, proofs, entryKey }, 'SIGNATURE_MISMATCH', byKey()),
      ).toContain(OTHER);
  });

  it('log: required', async () => {
    const policy = byKey({ log: 'required' });
    await verify(logged, policy);
    await refusal({ ...logged, proofs: [] }, 'SIGNATURE_MISMATCH', policy);
    const { demands } = policy;
    await refusal(logged, 'SIGNATURE_MISMATCH', { demands });
  });
});

describe('S13: the trusted root', () => {
  it.each([
    ['no JSON', 'x'],
    ['an empty object', '{}'],
    ['another type', JSON.stringify({ ...makeRoot(), mediaType: 'text/plain' })],
    ['a log without a start', rootWith('tlogs', 'publicKey', { validFor: {} })],
    ['a CT log without a start', rootWith('ctlogs', 'publicKey', { validFor: {} })],
    ['a key that is none', rootWith('tlogs', 'publicKey', { rawBytes: 'AAAA' })],
  ])('%s is refused, with keys alone too', async (_what, trustedRoot) => {
    const policy = { ...byKey(), trustedRoot };
    await refusal({ ...FILE, key: stranger, proofs: [] }, 'TRUSTED_ROOT_INVALID', policy);
  });

  it('without one the public-good instance is asked, and knows none of this', async () => {
    const { demands } = trusting();
    await refusal(FILE, 'SIGNATURE_MISMATCH', { demands });
  });
});
