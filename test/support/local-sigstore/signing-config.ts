import { toStart, type Services } from './trusted-root.ts';

/** Which witnesses a signature gets. */
export type Witnesses = 'none' | 'rekor1' | 'rekor1+tsa' | 'rekor2+tsa' | 'tsa-only';

/** The file that tells cosign 3 where to sign, as `cosign signing-config create` writes it. */
export function makeSigningConfig(services: Services, witnesses: Witnesses, start: Date): object {
  const { fulcio, rekor1, rekor2, timestampAuthority } = services;
  const at = (url: string, majorApiVersion = 1): object => ({
    url,
    majorApiVersion,
    validFor: { start: toStart(start) },
    operator: 'local-sigstore',
  });
  const rekor = witnesses === 'rekor2+tsa' ? at(rekor2.url, 2) : at(rekor1.url);
  const any = { selector: 'ANY' };
  return {
    mediaType: 'application/vnd.dev.sigstore.signingconfig.v0.2+json',
    caUrls: [at(fulcio.url)],
    ...(hasLog(witnesses)
      ? { rekorTlogUrls: [rekor], rekorTlogConfig: any }
      : { rekorTlogConfig: {} }),
    ...(hasTimestamp(witnesses)
      ? { tsaUrls: [at(timestampAuthority.endpoint)], tsaConfig: any }
      : { tsaConfig: {} }),
  };
}

export function hasTimestamp(witnesses: Witnesses): boolean {
  return witnesses.includes('tsa');
}

export function hasLog(witnesses: Witnesses): boolean {
  return witnesses.startsWith('rekor');
}
