import { sign } from 'node:crypto';
import type { SignaturePolicy } from '../../src/signing/verifier-policy.ts';
import type { IdentityDemand } from '../../src/signing/signer-demand.ts';
import { exactly } from '../../src/signing/text-demand.ts';
import {
  leafExtensions,
  longValidity,
  makeCertificate,
  makeKeys,
  makeRootCertificate,
  makeSerial,
  publicKeyInfo,
  toPem,
  type KeyPair,
} from '../support/local-sigstore/certificate.ts';
import * as asn from '../support/local-sigstore/der.ts';
import type { FulcioFault } from '../support/local-sigstore/faults.ts';
import { FulcioAuthority, type LeafRequest } from '../support/local-sigstore/fulcio-authority.ts';
import { makeTimestampReply } from '../support/local-sigstore/timestamp-token.ts';
import { sha256 } from '../support/local-sigstore/sha256.ts';
import { logKeys, makeEntry, type Made } from './keyless-entry.ts';
import { preAuth } from './support.ts';

/** Long ago: every certificate here has expired since. */
const SIGNED_AT: Date = new Date('2026-01-15T10:00:00Z');
export const SUBJECT =
  'https://github.com/acme/my-plugin/.github/workflows/release.yml@refs/heads/main';
export const ISSUER = 'https://token.actions.githubusercontent.com';
const ISSUER_OID = '1.3.6.1.4.1.57264.1.8';
const SHA256_OID = '2.16.840.1.101.3.4.2.1';

const authority = new FulcioAuthority({ now: () => SIGNED_AT, certificateLifetimeMs: 600_000 });
const stampIssuer = { name: 'timestamp root', keys: makeKeys() };
const stamper = makeStamper();

/** What to sign, and what to get wrong about it. */
export interface KeylessSpec {
  /** A statement; without it the file is signed. */
  readonly statement?: object;
  readonly file?: Uint8Array;
  /** Which proofs come along; `promise` and `proof` are parts of an entry of Rekor v1. */
  readonly proofs?: readonly ('promise' | 'proof' | 'rekor2' | 'stamp')[];
  readonly names?: LeafRequest['names'];
  readonly subject?: LeafRequest['subject'];
  /** Extensions of the certificate; the issuer alone unless told. */
  readonly extensions?: NonNullable<LeafRequest['asked']['extensions']>;
  readonly fault?: FulcioFault;
  /** Seconds after the certificate's first one at which log and authority saw it. */
  readonly seenAfterSeconds?: number;
  /** What the entry is about, in place of what is signed. */
  readonly loggedContent?: Buffer | undefined;
  /** The PEM text that the entry names as its signer. */
  readonly entryKey?: string;
  /** Keys that the certificate is for; new ones of P-256 unless told. */
  readonly leafKeys?: KeyPair;
  /** A key in place of a certificate. */
  readonly key?: KeyPair;
  readonly change?: (parts: BundleParts) => void;
}

/** The bundle before it is written, to be tampered with. */
export interface BundleParts {
  mediaType: string;
  verificationMaterial: {
    certificate?: { rawBytes: string };
    publicKey?: { hint: string };
    x509CertificateChain?: { certificates: { rawBytes: string }[] };
    tlogEntries: Record<string, unknown>[];
    timestampVerificationData: { rfc3161Timestamps: { signedTimestamp: string }[] };
  };
  messageSignature?: { messageDigest: { algorithm: string; digest: string }; signature: string };
  dsseEnvelope?: object;
}

/** A bundle as cosign 3 writes it, made here with servers' parts and no code of the product. */
export function makeBundle(spec: KeylessSpec): Buffer {
  const { proofs = ['promise', 'proof'], seenAfterSeconds = 60 } = spec;
  const keys = spec.key ?? spec.leafKeys ?? makeKeys();
  const certificate = authority.issue({
    asked: {
      publicKey: Buffer.from(publicKeyInfo(keys.publicKey)),
      extensions: spec.extensions ?? [{ oid: ISSUER_OID, value: ISSUER }],
    },
    names: spec.names ?? [{ kind: 'uri', value: SUBJECT }],
    subject: spec.subject,
    fault: spec.fault,
  });
  const payload = spec.statement ? Buffer.from(JSON.stringify(spec.statement)) : spec.file;
  if (!payload) throw new Error('nothing to sign');
  const signed = spec.statement ? preAuth(payload) : payload;
  const signature = sign('sha256', signed, keys.privateKey);
  const at = new Date(SIGNED_AT.getTime() + seenAfterSeconds * 1000);
  const pem = spec.key
    ? keys.publicKey.export({ type: 'spki', format: 'pem' }).toString()
    : toPem(certificate);
  const made = {
    isStatement: spec.statement !== undefined,
    signature,
    signed,
    payload,
    at,
    pem: spec.entryKey ?? pem,
  };
  const content = spec.loggedContent;
  const logged = content ? { ...made, signed: content, payload: content } : made;
  const isLogged = proofs.some((proof) => proof !== 'stamp');
  const parts: BundleParts = {
    mediaType: 'application/vnd.dev.sigstore.bundle.v0.3+json',
    verificationMaterial: {
      ...(spec.key
        ? { publicKey: { hint: '' } }
        : { certificate: { rawBytes: certificate.toString('base64') } }),
      tlogEntries: isLogged ? [makeEntry(logged, proofs)] : [],
      timestampVerificationData: {
        rfc3161Timestamps: proofs.includes('stamp')
          ? [{ signedTimestamp: stamp(signature, at) }]
          : [],
      },
    },
    ...contentOf(made),
  };
  spec.change?.(parts);
  return Buffer.from(JSON.stringify(parts));
}

/** The trusted root of all this, to be changed as a test needs it. */
export function makeRoot(): Record<string, Record<string, unknown>[] | string> {
  const validFor = { start: '2026-01-01T00:00:00Z' };
  const logOf = (baseUrl: string, { publicKey }: KeyPair): Record<string, unknown> => ({
    baseUrl,
    hashAlgorithm: 'SHA2_256',
    publicKey: {
      rawBytes: publicKeyInfo(publicKey).toString('base64'),
      keyDetails: 'PKIX_ECDSA_P256_SHA_256',
      validFor,
    },
    logId: { keyId: sha256(publicKeyInfo(publicKey)).toString('base64') },
  });
  const chainOf = (...chain: readonly Buffer[]): Record<string, unknown> => ({
    certChain: { certificates: chain.map((der) => ({ rawBytes: der.toString('base64') })) },
    validFor,
  });
  return {
    mediaType: 'application/vnd.dev.sigstore.trustedroot+json;version=0.1',
    tlogs: [logOf('https://log.example', logKeys)],
    ctlogs: [logOf('https://ct.example', authority.logKeys)],
    certificateAuthorities: [chainOf(authority.rootCertificate)],
    timestampAuthorities: [
      chainOf(stamper.certificate, makeRootCertificate(stampIssuer, SIGNED_AT)),
    ],
  };
}

/** The same root, with the authority's certificate of another day: it is valid for a year. */
export function makeRootOf(day: string): object {
  const [authorities = {}] = makeRoot()['certificateAuthorities'] as Record<string, unknown>[];
  const rawBytes = authority.certificateAt(new Date(day)).toString('base64');
  const certificateAuthorities = [{ ...authorities, certChain: { certificates: [{ rawBytes }] } }];
  return { ...makeRoot(), certificateAuthorities };
}

/** Trusts the workflow that signs here. */
export function trusting(
  demand: Partial<IdentityDemand & SignaturePolicy['demands'][number]> = {},
  root: object = makeRoot(),
): SignaturePolicy {
  const { identity = exactly(SUBJECT, 'id'), issuer = exactly(ISSUER, 'issuer'), ...rest } = demand;
  const { workflow, ...others } = rest;
  const signer = { kind: 'identity', identity, issuer, ...(workflow ? { workflow } : {}) } as const;
  return {
    demands: [{ signers: [signer], threshold: 1, ...others }],
    trustedRoot: JSON.stringify(root),
  };
}

function contentOf({ isStatement, signature, payload }: Made): object {
  const sig = signature.toString('base64');
  const base64 = Buffer.from(payload).toString('base64');
  if (isStatement) {
    const payloadType = 'application/vnd.in-toto+json';
    return { dsseEnvelope: { payload: base64, payloadType, signatures: [{ sig }] } };
  }
  const digest = sha256(payload).toString('base64');
  return { messageSignature: { messageDigest: { algorithm: 'SHA2_256', digest }, signature: sig } };
}

function stamp(signature: Buffer, at: Date): string {
  const algorithm = asn.sequence(asn.objectId(SHA256_OID));
  const messageImprint = asn.sequence(algorithm, asn.octets(sha256(signature)));
  return makeTimestampReply({ messageImprint, at }, stamper).toString('base64');
}

function makeStamper(): Parameters<typeof makeTimestampReply>[1] {
  const [keys, serial] = [makeKeys(), makeSerial()];
  const extensions = leafExtensions(
    keys.publicKey,
    stampIssuer.keys.publicKey,
    '1.3.6.1.5.5.7.3.8',
  );
  const fields = { serial, subject: 'timestamp', publicKey: keys.publicKey, extensions };
  const certificate = makeCertificate({ ...fields, ...longValidity(SIGNED_AT) }, stampIssuer);
  return { certificate, serial, issuer: stampIssuer.name, keys };
}
