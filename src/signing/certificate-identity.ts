import { ASN1Obj, type X509Certificate } from '@sigstore/core';
import type { CertificateIdentity, WorkflowClaims } from '../content/verified-subject.ts';
import { wrongCertificate } from './wrong-certificate.ts';

const ALTERNATIVE_NAME = '2.5.29.17';
/** Fulcio, docs/oid-info.md. The second is a UTF8String, the first the bare text. */
const ISSUER = '1.3.6.1.4.1.57264.1.8';
const ISSUER_V1 = '1.3.6.1.4.1.57264.1.1';
const USER_NAME = '1.3.6.1.4.1.57264.1.7';
const WORKFLOW: Readonly<Record<keyof WorkflowClaims, string>> = {
  trigger: '1.3.6.1.4.1.57264.1.2',
  sha: '1.3.6.1.4.1.57264.1.3',
  name: '1.3.6.1.4.1.57264.1.4',
  repository: '1.3.6.1.4.1.57264.1.5',
  ref: '1.3.6.1.4.1.57264.1.6',
};

/**
 * Whom a certificate names. What @sigstore/verify reads of it is not used: it looks at one of
 * several names, and drops the high bit of every byte, so that other letters become ASCII.
 * @throws KongcrateError CERTIFICATE_MISMATCH: no issuer, no name, or more names than one
 */
export function readCertificateIdentity(certificate: X509Certificate): CertificateIdentity {
  refuseRepeated(certificate);
  const issuerV2 = certificate.extension(ISSUER)?.value;
  const issuerV1 = certificate.extension(ISSUER_V1)?.value;
  const issuer = issuerV2 ? ASN1Obj.parseBuffer(Buffer.from(issuerV2)).value : issuerV1;
  if (!issuer || issuer.length === 0) throw wrongCertificate('it does not say who issued it');
  const workflow = Object.entries(WORKFLOW).flatMap(([name, oid]) => {
    const value = certificate.extension(oid)?.value;
    return value ? [[name, textOf(value)] as const] : [];
  });
  return {
    issuer: textOf(issuer),
    subject: readSubject(certificate),
    workflow: Object.fromEntries(workflow),
  };
}

/** Fulcio gives each certificate one name; with several it is open which of them signed. */
function readSubject(certificate: X509Certificate): string {
  const names = certificate.extension(ALTERNATIVE_NAME)?.valueObj.subs[0]?.subs ?? [];
  const [name, ...others] = names;
  if (!name || others.length > 0) throw wrongCertificate(`it has ${names.length} names, not one`);
  const subject = nameOf(name);
  if (subject === undefined) throw wrongCertificate('its name is no URI, e-mail or user name');
  if (subject === '') throw wrongCertificate('its name is empty');
  return subject;
}

/** RFC 5280 section 4.2.1.6: rfc822Name, uniformResourceIdentifier, otherName. */
function nameOf({ tag, value, subs }: ASN1Obj): string | undefined {
  if (tag.isContextSpecific(1) || tag.isContextSpecific(6)) return textOf(value);
  const [oid, user] = subs;
  if (!tag.isContextSpecific(0) || oid?.toOID() !== USER_NAME) return undefined;
  return textOf(user?.subs[0]?.value ?? Buffer.alloc(0));
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
