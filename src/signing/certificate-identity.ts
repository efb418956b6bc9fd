import { ASN1Obj, type X509Certificate } from '@sigstore/core';
import type { CertificateIdentity, WorkflowClaims } from '../content/verified-subject.ts';
import { wrongCertificate } from './wrong-certificate.ts';

const ALTERNATIVE_NAME = '2.5.29.17';
/** Fulcio, docs/oid-info.md. The second is a UTF8String, the first the bare text. */
const ISSUER = '1.3.6.1.4.1.57264.1.8';
const ISSUER_V1 = '1.3.6.1.4.1.57264.1.1';
const UTF8_STRING = 0x0c;
const USER_NAME = '1.3.6.1.4.1.57264.1.7';
const WORKFLOW: Readonly<Record<keyof WorkflowClaims, string>> = {
  trigger: '1.3.6.1.4.1.57264.1.2',
  sha: '1.3.6.1.4.1.57264.1.3',
  name: '1.3.6.1.4.1.57264.1.4',
  repository: '1.3.6.1.4.1.57264.1.5',
  ref: '1.3.6.1.4.1.57264.1.6',
};

interface NameKind {
  readonly kind: string;
  readonly shape: RegExp;
}

/**
 * RFC 5280 section 4.2.1.6: address and URI are ASCII, and Go refuses others. The three shapes have
 * nothing in common, so that no name of one kind can be written in another.
 */
const ADDRESS: NameKind = { kind: 'e-mail address', shape: /^[!-9;-~]+@[!-9;-~]+$/ };
const URI: NameKind = { kind: 'URI', shape: /^[A-Za-z][A-Za-z0-9+.-]*:[!-~]+$/ };
/** `name!domain`; Fulcio gives no name with an @. */
const USER: NameKind = { kind: 'user name', shape: /^[^@:]+![^@:]+$/ };

/**
 * Whom a certificate names. What @sigstore/verify reads of it is not used: it looks at one of
 * several names, and drops the high bit of every byte, so that other letters become ASCII.
 * @throws KongcrateError CERTIFICATE_MISMATCH: no issuer, no name, more of one than one
 */
export function readCertificateIdentity(certificate: X509Certificate): CertificateIdentity {
  refuseRepeated(certificate);
  const workflow = Object.entries(WORKFLOW).flatMap(([name, oid]) => {
    const value = certificate.extension(oid)?.value;
    return value ? [[name, textOf(value)] as const] : [];
  });
  return {
    issuer: readIssuer(certificate),
    subject: readSubject(certificate),
    workflow: Object.fromEntries(workflow),
  };
}

/** Fulcio writes its issuer in both forms; where they differ, readers of one would see another. */
function readIssuer(certificate: X509Certificate): string {
  const encoded = certificate.extension(ISSUER)?.value;
  const bare = certificate.extension(ISSUER_V1)?.value;
  const issuers = [...(encoded ? [readString(encoded)] : []), ...(bare ? [textOf(bare)] : [])];
  const [issuer = '', other = issuer] = issuers;
  if (issuer === '') throw wrongCertificate('it does not say who issued it');
  if (other === issuer) return issuer;
  const both = issuers.map((one) => JSON.stringify(one)).join(' and ');
  throw wrongCertificate(`it names two issuers, ${both}`);
}

/** One UTF8String and nothing behind it, as Go reads it. */
function readString(bytes: Uint8Array): string {
  const string = parseString(bytes);
  if (string?.tag.number === UTF8_STRING) return textOf(string.value);
  throw wrongCertificate('its issuer is no UTF8String');
}

function parseString(bytes: Uint8Array): ASN1Obj | undefined {
  try {
    return ASN1Obj.parseBuffer(Buffer.from(bytes));
  } catch {
    return undefined;
  }
}

/** Fulcio gives each certificate one name; with several it is open which of them signed. */
function readSubject(certificate: X509Certificate): string {
  const names = certificate.extension(ALTERNATIVE_NAME)?.valueObj.subs[0]?.subs ?? [];
  const [name, ...others] = names;
  if (!name || others.length > 0) throw wrongCertificate(`it has ${names.length} names, not one`);
  const { kind, shape, bytes } = kindOf(name);
  const subject = textOf(bytes);
  if (!shape.test(subject))
    throw wrongCertificate(`its name ${JSON.stringify(subject)} is no ${kind}`);
  return subject;
}

function kindOf({ tag, value, subs }: ASN1Obj): NameKind & { readonly bytes: Uint8Array } {
  if (tag.isContextSpecific(1)) return { ...ADDRESS, bytes: value };
  if (tag.isContextSpecific(6)) return { ...URI, bytes: value };
  const [oid, user] = subs;
  if (!tag.isContextSpecific(0) || oid?.toOID() !== USER_NAME)
    throw wrongCertificate('its name is no URI, e-mail or user name');
  return { ...USER, bytes: user?.subs[0]?.value ?? Buffer.alloc(0) };
}

/** Go refuses such a certificate; readers that take the first or the last would differ. */
function refuseRepeated({ extensions }: X509Certificate): void {
  const oids = extensions.map(({ subs }) => subs[0]?.toOID());
  if (new Set(oids).size < oids.length) throw wrongCertificate('it has an extension twice');
}

function textOf(bytes: Uint8Array): string {
  const text = decode(bytes);
  if (text !== undefined && !/\p{Cc}/u.test(text)) return text;
  throw wrongCertificate('a name in it is no printable text');
}

function decode(bytes: Uint8Array): string | undefined {
  try {
    return new TextDecoder('utf-8', { fatal: true, ignoreBOM: true }).decode(bytes);
  } catch {
    return undefined;
  }
}
