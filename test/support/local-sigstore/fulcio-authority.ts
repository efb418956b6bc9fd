import { createPublicKey, type KeyObject } from 'node:crypto';
import type { CertificateRequestOptions } from '@sigstore/mock/dist/fulcio/ca.js';
import {
  extension,
  leafExtensions,
  makeCertificate,
  makeKeys,
  makeRootCertificate,
  makeSerial,
  nameOf,
  toBeSigned,
  type KeyPair,
} from './certificate.ts';
import * as asn from './der.ts';
import type { FulcioFault } from './faults.ts';
import { makeSctList } from './sct-list.ts';
import type { AlternativeName } from './identity-token.ts';

const CODE_SIGNING = '1.3.6.1.5.5.7.3.3';
const TIME_STAMPING = '1.3.6.1.5.5.7.3.8';
const BASIC_CONSTRAINTS = '2.5.29.19';
const ALTERNATIVE_NAMES = '2.5.29.17';
/** Fulcio's own kind of name, for a user whom neither URI nor address names. */
const USERNAME = '1.3.6.1.4.1.57264.1.7';
/** Of Microsoft: a name of another kind in the same place. */
const PRINCIPAL = '1.3.6.1.4.1.311.20.2.3';
const HOUR_MS = 60 * 60 * 1000;

export interface FulcioAuthorityOptions {
  readonly now: () => Date;
  readonly certificateLifetimeMs: number;
}

export interface LeafRequest {
  readonly asked: Pick<CertificateRequestOptions, 'publicKey' | 'extensions'>;
  readonly names: readonly AlternativeName[];
  /** The common name of its subject, which Fulcio leaves empty. */
  readonly subject?: string | undefined;
  readonly fault: FulcioFault | undefined;
}

/**
 * The authority behind Fulcio, and its certificate log. The mock's own authority knows no mail
 * addresses, not more than one name, and no lifetime but the next ten minutes.
 */
export class FulcioAuthority {
  readonly rootCertificate: Buffer;
  readonly logKeys: KeyPair = makeKeys();
  readonly #options: FulcioAuthorityOptions;
  readonly #keys = makeKeys();
  readonly #strangers = makeKeys();

  constructor(options: FulcioAuthorityOptions) {
    this.#options = options;
    this.rootCertificate = this.certificateAt(options.now());
  }

  /** Its own certificate as it would be had it been made then: valid from a day before for a year. */
  certificateAt(at: Date): Buffer {
    return makeRootCertificate({ name: 'fulcio', keys: this.#keys }, at);
  }

  /** A certificate in DER for the key that was asked for, with an SCT in it. */
  issue({ asked, names, subject, fault }: LeafRequest): Buffer {
    const keys = fault === 'other authority' ? this.#strangers : this.#keys;
    const publicKey = fault === 'other key' ? this.#strangers.publicKey : keyOf(asked.publicKey);
    const purpose = fault === 'other purpose' ? TIME_STAMPING : CODE_SIGNING;
    const extensions = [
      ...leafExtensions(publicKey, keys.publicKey, purpose),
      ...(fault === 'authority'
        ? [extension(BASIC_CONSTRAINTS, asn.sequence(asn.truth()), true)]
        : []),
      // RFC 5280, 4.1.2.6: critical, as the subject is empty.
      extension(ALTERNATIVE_NAMES, asn.sequence(...names.map(toGeneralName)), true),
      ...(asked.extensions ?? []).map(({ oid, value, legacy }) =>
        extension(oid, legacy === true ? Buffer.from(value) : asn.text(value)),
      ),
    ];
    const fields = { serial: makeSerial(), subject, publicKey, ...this.#validity(fault) };
    const issuer = { name: 'fulcio', keys };
    if (fault === 'no SCT') return makeCertificate({ ...fields, extensions }, issuer);
    const log = fault === 'other CT log' ? this.#strangers : this.logKeys;
    const certificate = toBeSigned({ ...fields, extensions }, issuer.name);
    const scts = makeSctList({ certificate, issuer: keys.publicKey, log, at: this.#options.now() });
    return makeCertificate({ ...fields, extensions: [...extensions, scts] }, issuer);
  }

  #validity(fault: FulcioFault | undefined): { readonly validFrom: Date; readonly validTo: Date } {
    const fromMs = this.#options.now().getTime() - (fault === 'expired' ? HOUR_MS : 0);
    const toMs = fromMs + this.#options.certificateLifetimeMs;
    return { validFrom: new Date(fromMs), validTo: new Date(toMs) };
  }
}

function keyOf({
  buffer,
  byteOffset,
  byteLength,
}: CertificateRequestOptions['publicKey']): KeyObject {
  const key = Buffer.from(buffer, byteOffset, byteLength);
  return createPublicKey({ key, type: 'spki', format: 'der' });
}

/** RFC 5280, 4.2.1.6. */
function toGeneralName({ kind, value }: AlternativeName): Buffer {
  if (kind === 'uri') return asn.der(0x86, Buffer.from(value));
  if (kind === 'mail') return asn.der(0x81, Buffer.from(value));
  if (kind === 'host') return asn.der(0x82, Buffer.from(value));
  if (kind === 'distinguished name') return asn.tagged(4, nameOf(value));
  const id = kind === 'username' ? USERNAME : PRINCIPAL;
  return asn.tagged(0, asn.objectId(id), asn.tagged(0, asn.text(value)));
}
