import { ServiceSelector, SigningConfig, type Service } from '@sigstore/protobuf-specs';
import { KongcrateError, messageOf } from '../errors/kongcrate-error.ts';
import { selectServices } from './select-services.ts';

/** Where to sign. */
export interface SigningServices {
  /** Nothing: only keys sign. */
  readonly fulcio?: URL;
  /** Base addresses of logs, with the version of their API. */
  readonly logs: readonly { readonly url: URL; readonly version: 1 | 2 }[];
  /** Whole addresses. */
  readonly timestampAuthorities: readonly URL[];
}

/** Of sigstore's public instance. */
export const PUBLIC_SERVICES: SigningServices = {
  fulcio: new URL('https://fulcio.sigstore.dev'),
  logs: [{ url: new URL('https://rekor.sigstore.dev'), version: 1 }],
  timestampAuthorities: [],
};

const MEDIA_TYPE = 'application/vnd.dev.sigstore.signingconfig.v0.2+json';
const ONE = { selector: ServiceSelector.ANY, count: 0 };

/**
 * Reads a signing configuration (sigstore_trustroot.proto), such as `cosign signing-config create`
 * writes it, and chooses whom to ask.
 * @throws KongcrateError USAGE
 */
export function readSigningConfig(json: string, now: Date = new Date()): SigningServices {
  const config = parse(json);
  const { caUrls, rekorTlogUrls, tsaUrls } = config;
  const [fulcio] = selectServices(
    { what: 'Fulcio', services: caUrls, versions: [1], now },
    caUrls.length === 0 ? undefined : ONE,
  );
  const logs = selectServices(
    { what: 'the logs', services: rekorTlogUrls, versions: [1, 2], now },
    config.rekorTlogConfig,
  );
  const authorities = selectServices(
    { what: 'the timestamp authorities', services: tsaUrls, versions: [1], now },
    config.tsaConfig,
  );
  return {
    ...(fulcio ? { fulcio: urlOf(fulcio) } : {}),
    logs: logs.map((log) => ({ url: urlOf(log), version: log.majorApiVersion === 2 ? 2 : 1 })),
    timestampAuthorities: authorities.map(urlOf),
  };
}

function parse(json: string): SigningConfig {
  try {
    const config = SigningConfig.fromJSON(JSON.parse(json));
    if (config.mediaType === MEDIA_TYPE) return config;
    throw new Error(`its mediaType is ${JSON.stringify(config.mediaType)}`);
  } catch (cause) {
    throw new KongcrateError('USAGE', `no signing configuration: ${messageOf(cause)}`, {
      remedy: 'Give a file of cosign signing-config create, version 0.2.',
      cause,
    });
  }
}

function urlOf({ url }: Service): URL {
  return parseServiceUrl(url);
}

/**
 * Reads the address of a service.
 * @throws KongcrateError USAGE
 */
export function parseServiceUrl(text: string): URL {
  const url = URL.canParse(text) ? new URL(text) : undefined;
  if (url && /^https?:$/.test(url.protocol) && !/[@?#]/.test(text)) return url;
  throw new KongcrateError('USAGE', `${JSON.stringify(text)} is no address of a service`, {
    remedy: 'Write https://HOST/PATH, without user name, query and fragment.',
  });
}
