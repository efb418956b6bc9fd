import type { KeyObject } from 'node:crypto';
import { fulcioHandler } from '@sigstore/mock/dist/fulcio/handler.js';
import { pem } from '@sigstore/core';
import { makeKeys, toPem } from './certificate.ts';
import type { FulcioFault } from './faults.ts';
import { FulcioAuthority, type FulcioAuthorityOptions } from './fulcio-authority.ts';
import {
  jsonReply,
  refusal,
  startHttpService,
  type HttpService,
  type ServiceReply,
  type ServiceRequest,
} from './http-service.ts';
import { makeToken, readToken, type TokenSpec } from './identity-token.ts';

export interface Fulcio extends HttpService {
  readonly authority: FulcioAuthority;
  /** A token of the identity provider that this Fulcio trusts from the start, whatever its name. */
  token(spec?: TokenSpec): string;
  /** Takes the tokens of one more provider. */
  trust(provider: TrustedProvider): void;
}

/** A provider by its name, and the key with which it signs. */
export interface TrustedProvider {
  readonly issuer: string;
  readonly publicKey: KeyObject;
}

export interface FulcioOptions extends FulcioAuthorityOptions {
  readonly fault: () => FulcioFault | undefined;
}

/** What cosign 2 asks with. */
interface AskedV1 {
  /** The PEM text, once more in base64. */
  readonly publicKey: { readonly content: string };
}

/**
 * Serves Fulcio's API v1 for cosign 2 and v2 for cosign 3. The mock reads the request and turns the
 * token's claims into extensions; it checks no signature and serves no v1.
 */
export async function startFulcio(options: FulcioOptions): Promise<Fulcio> {
  const authority = new FulcioAuthority(options);
  const providerKeys = makeKeys();
  const trusted = new Map<string, KeyObject>();
  const keyOf = (issuer: string): KeyObject => trusted.get(issuer) ?? providerKeys.publicKey;
  const chainFor = async (oidcIdentityToken: string, body: object): Promise<string[]> => {
    const { names } = readToken(keyOf, oidcIdentityToken);
    const handler = fulcioHandler({
      rootCertificate: new Uint8Array(authority.rootCertificate),
      issueCertificate: (asked) =>
        Promise.resolve(new Uint8Array(authority.issue({ asked, names, fault: options.fault() }))),
    });
    const request = JSON.stringify({ ...body, credentials: { oidcIdentityToken } });
    const { statusCode, response } = await handler.fn(request);
    if (statusCode !== 201) throw new Error(response as string);
    return chainOf(response as string);
  };
  const service = await startHttpService(async (request) => {
    if (options.fault() === 'refuses') return refusal(403, 'this Fulcio issues nothing today');
    const token = (request.headers.authorization ?? '').replace(/^Bearer /, '');
    return answer(request, (body) => chainFor(token, body));
  });
  return {
    ...service,
    authority,
    token: (spec = {}) => makeToken(providerKeys, spec),
    trust: ({ issuer, publicKey }) => trusted.set(issuer, publicKey),
  };
}

async function answer(
  { method, path, body }: ServiceRequest,
  chainFor: (body: object) => Promise<string[]>,
): Promise<ServiceReply> {
  if (method === 'POST' && path === '/api/v2/signingCert') {
    const certificates = await chainFor(JSON.parse(body.toString()) as object);
    return jsonReply(200, { signedCertificateEmbeddedSct: { chain: { certificates } } });
  }
  if (method === 'POST' && path === '/api/v1/signingCert') {
    const { publicKey } = JSON.parse(body.toString()) as AskedV1;
    const content = Buffer.from(publicKey.content, 'base64').toString();
    const certificates = await chainFor({ publicKeyRequest: { publicKey: { content } } });
    const headers = { 'content-type': 'application/pem-certificate-chain' };
    return { status: 201, headers, body: certificates.join('') };
  }
  return refusal(404, `Fulcio has no ${method} ${path}`);
}

/** The mock writes each certificate in one line, which Go's reader of PEM chains refuses. */
function chainOf(response: string): string[] {
  const parsed = JSON.parse(response) as {
    signedCertificateEmbeddedSct: { chain: { certificates: string[] } };
  };
  const { certificates } = parsed.signedCertificateEmbeddedSct.chain;
  return certificates.map((certificate) => toPem(pem.toDER(certificate)));
}
