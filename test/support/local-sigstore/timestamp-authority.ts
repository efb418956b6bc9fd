import { ASN1Obj } from '@sigstore/core';
import {
  leafExtensions,
  longValidity,
  makeCertificate,
  makeKeys,
  makeRootCertificate,
  makeSerial,
} from './certificate.ts';
import * as asn from './der.ts';
import type { TimestampFault } from './faults.ts';
import { refusal, startHttpService, type HttpService } from './http-service.ts';
import { makeTimestampReply, type TimestampSigner } from './timestamp-token.ts';
import { sha256 } from './sha256.ts';

const PATH = '/api/v1/timestamp';
const TIME_STAMPING = '1.3.6.1.5.5.7.3.8';
const DAY_MS = 24 * 60 * 60 * 1000;
const INTEGER = 0x02;

export interface TimestampAuthority extends HttpService {
  /** Where requests go. */
  readonly endpoint: string;
  /** The signer's certificate, then the root's, in DER. */
  readonly certificates: readonly Buffer[];
}

export interface TimestampAuthorityOptions {
  readonly now: () => Date;
  readonly fault: () => TimestampFault | undefined;
}

/**
 * Serves RFC 3161 over HTTP. The mock's own authority has certificates that begin now, so that it
 * cannot speak of the past, cuts nonces to 53 bits and writes milliseconds.
 */
export async function startTimestampAuthority({
  now,
  fault,
}: TimestampAuthorityOptions): Promise<TimestampAuthority> {
  const { signer, root } = makeAuthority(now());
  const strangers = makeAuthority(now());
  const service = await startHttpService(({ method, path, body }) => {
    if (method !== 'POST' || path !== PATH)
      return refusal(404, `the authority has no ${method} ${path}`);
    if (fault() === 'refuses') return refusal(403, 'this authority stamps nothing today');
    const { messageImprint, nonce } = readRequest(body);
    const info = {
      messageImprint: fault() === 'other digest' ? otherDigest(messageImprint) : messageImprint,
      nonce,
      at: new Date(now().getTime() + (fault() === 'late' ? DAY_MS : 0)),
    };
    const chosen = fault() === 'other authority' ? strangers.signer : signer;
    const headers = { 'content-type': 'application/timestamp-reply' };
    return { status: 201, headers, body: makeTimestampReply(info, chosen) };
  });
  return {
    ...service,
    endpoint: `${service.url}${PATH}`,
    certificates: [signer.certificate, root],
  };
}

function makeAuthority(now: Date): { readonly signer: TimestampSigner; readonly root: Buffer } {
  const issuer = { name: 'timestamp root', keys: makeKeys() };
  const [keys, serial] = [makeKeys(), makeSerial()];
  const { publicKey } = keys;
  const extensions = leafExtensions(publicKey, issuer.keys.publicKey, TIME_STAMPING);
  const fields = { serial, subject: 'timestamp', publicKey, extensions, ...longValidity(now) };
  const certificate = makeCertificate(fields, issuer);
  const signer = { certificate, serial, issuer: issuer.name, keys };
  return { signer, root: makeRootCertificate(issuer, now) };
}

/** RFC 3161, 2.4.1: version, messageImprint, then optional parts. */
function readRequest(body: Buffer): { messageImprint: Buffer; nonce: Buffer | undefined } {
  const [, messageImprint, ...optional] = ASN1Obj.parseBuffer(Buffer.from(body)).subs;
  if (!messageImprint) throw new Error('a time-stamp request without a message imprint');
  const nonce = optional.find(({ tag }) => tag.toDER() === INTEGER);
  return { messageImprint: messageImprint.toDER(), nonce: nonce?.toDER() };
}

function otherDigest(messageImprint: Buffer): Buffer {
  const [algorithm] = ASN1Obj.parseBuffer(Buffer.from(messageImprint)).subs;
  if (!algorithm) throw new Error('a message imprint without an algorithm');
  return asn.sequence(algorithm.toDER(), asn.octets(sha256()));
}
