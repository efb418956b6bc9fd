import { KongcrateError } from '../errors/kongcrate-error.ts';
import { parseDigest, type Digest } from './digest.ts';
import { suggestReference } from './suggest-reference.ts';

/** A repository in a registry: `[oci://]host[:port]/repository[:tag][@sha256:…]`. */
export interface RegistryReference {
  readonly kind: 'registry';
  /** Host and port as signatures name them; Docker Hub is `index.docker.io`. */
  readonly host: string;
  readonly path: string;
  readonly tag?: string;
  readonly digest?: Digest;
}

/**
 * An OCI layout on disk: `oci-layout:DIRECTORY[:tag][@sha256:…]`, or one in a tar:
 * `oci-archive:FILE.tar[:tag][@sha256:…]`.
 */
export interface LayoutReference {
  readonly kind: 'layout' | 'archive';
  readonly path: string;
  readonly tag?: string;
  readonly digest?: Digest;
}

export type Reference = RegistryReference | LayoutReference;

const SCHEMES = { layout: 'oci-layout:', archive: 'oci-archive:' } as const;
const TAG = /^[A-Za-z0-9_][A-Za-z0-9._-]{0,127}$/;
const HOST =
  /^(?:\[[0-9a-fA-F:.]+\]|[A-Za-z0-9](?:[A-Za-z0-9-]*[A-Za-z0-9])?(?:\.[A-Za-z0-9](?:[A-Za-z0-9-]*[A-Za-z0-9])?)*)(?::[0-9]{1,5})?$/;
/** OCI distribution-spec: "must match the following regular expression". */
const REPOSITORY =
  /^[a-z0-9]+(?:(?:\.|_|__|-+)[a-z0-9]+)*(?:\/[a-z0-9]+(?:(?:\.|_|__|-+)[a-z0-9]+)*)*$/;
const HUB = 'index.docker.io';
const HUB_ALIASES = new Set(['docker.io', HUB, 'registry-1.docker.io']);

/**
 * Reads a reference as cosign, crane and docker do, Docker Hub's short names included.
 * @throws KongcrateError REFERENCE_INVALID
 */
export function parseReference(text: string): Reference {
  const kind = layoutKindOf(text);
  if (kind !== undefined && !text.startsWith(`${SCHEMES[kind]}//`)) return parseLayout(text, kind);
  const suggestion = suggestReference(text);
  if (suggestion) throw invalid(text, suggestion.why, suggestion);
  const { rest, digest } = splitDigest(text.replace(/^oci:\/\//, ''), text);
  const { name, tag } = splitTag(rest, text);
  return { ...parseRepository(name, text), ...optional({ tag, digest }), kind: 'registry' };
}

/** Whether a text names a layout or an archive on this disk, well written or not. */
export function isLayoutReference(text: string): boolean {
  return layoutKindOf(text) !== undefined;
}

function layoutKindOf(text: string): LayoutReference['kind'] | undefined {
  return (['layout', 'archive'] as const).find((kind) => text.startsWith(SCHEMES[kind]));
}

/**
 * Reads `host/repository` without tag or digest, such as the value of `--as`.
 * @throws KongcrateError REFERENCE_INVALID
 */
export function parseRepositoryName(text: string): string {
  const reference = parseReference(text);
  if (reference.kind === 'registry' && !reference.tag && !reference.digest)
    return repositoryOf(reference);
  throw invalid(text, 'a repository is needed here, without tag and digest');
}

/** The logical name that signatures, policy and receipts carry: `host/path`. */
function repositoryOf(reference: RegistryReference): string {
  return `${reference.host}/${reference.path}`;
}

/** The text that {@link parseReference} reads back as the same reference. */
export function formatReference(reference: Reference): string {
  const name =
    reference.kind === 'registry'
      ? repositoryOf(reference)
      : `${SCHEMES[reference.kind]}${reference.path}`;
  const tag = reference.tag === undefined ? '' : `:${reference.tag}`;
  const digest = reference.digest === undefined ? '' : `@${reference.digest}`;
  return `${name}${tag}${digest}`;
}

function parseLayout(text: string, kind: LayoutReference['kind']): LayoutReference {
  const { rest, digest } = splitDigest(text.slice(SCHEMES[kind].length), text);
  const { name, tag } = splitTag(rest, text);
  if (name === '')
    throw invalid(text, `no ${kind === 'layout' ? 'directory' : 'archive'} is named`);
  return { kind, path: name, ...optional({ tag, digest }) };
}

function parseRepository(name: string, text: string): { host: string; path: string } {
  const slash = name.indexOf('/');
  const first = slash < 0 ? '' : name.slice(0, slash);
  const isHost = /[.:]/.test(first) || first === 'localhost';
  const host = !isHost || HUB_ALIASES.has(first) ? HUB : first;
  const path = isHost ? name.slice(slash + 1) : name;
  if (!HOST.test(host)) throw invalid(text, `${JSON.stringify(host)} is no host`);
  // go-containerregistry, which cosign and crane use, cannot name shorter or longer ones.
  if (!REPOSITORY.test(path) || path.length < 2 || path.length > 255)
    throw invalid(text, `${JSON.stringify(path)} is no repository name`);
  return { host, path: host === HUB && !path.includes('/') ? `library/${path}` : path };
}

function splitDigest(rest: string, text: string): { rest: string; digest?: Digest } {
  const at = rest.lastIndexOf('@');
  if (at < 0) return { rest };
  const digest = rest.slice(at + 1);
  if (/^[0-9a-f]{64}$/i.test(digest))
    throw invalid(text, 'what follows the @ is a digest without its algorithm', {
      remedy: `Write @sha256:${digest.toLowerCase()}.`,
    });
  // A directory may hold an @ in its name; a digest holds a colon and no slash.
  if (digest.includes('/') || !digest.includes(':')) return { rest };
  try {
    return { rest: rest.slice(0, at), digest: parseDigest(digest) };
  } catch (cause) {
    throw invalid(text, 'what follows the @ is no sha256 digest', { cause });
  }
}

/** Whether a registry can keep something under such a name (OCI distribution-spec, "Pulling manifests"). */
export function isTag(text: string): boolean {
  return TAG.test(text);
}

/** Only the last segment has a tag: the host may have a port, and a directory a colon in its name. */
function splitTag(rest: string, text: string): { name: string; tag?: string } {
  const segment = rest.lastIndexOf('/') + 1;
  const colon = rest.lastIndexOf(':');
  if (colon < segment) return { name: rest };
  const tag = rest.slice(colon + 1);
  if (isTag(tag)) return { name: rest.slice(0, colon), tag };
  throw invalid(text, `${JSON.stringify(tag)} is no tag`, {
    remedy:
      /^[\w.+-]+$/.test(tag) && tag.includes('+')
        ? `A tag has no +; write _ for it: ${tag.replaceAll('+', '_')}.`
        : 'A tag has letters, digits, _, . and -, and at most 128 of them.',
  });
}

function optional(parts: { tag?: string | undefined; digest?: Digest | undefined }): {
  tag?: string;
  digest?: Digest;
} {
  return {
    ...(parts.tag === undefined ? {} : { tag: parts.tag }),
    ...(parts.digest === undefined ? {} : { digest: parts.digest }),
  };
}

const FORMS =
  'Write host[:port]/repository[:tag][@sha256:…] in lower case, oci-layout:DIRECTORY[:tag][@sha256:…] or oci-archive:FILE.tar[:tag][@sha256:…].';

function invalid(
  text: string,
  why: string,
  { remedy = FORMS, cause }: { readonly remedy?: string; readonly cause?: unknown } = {},
): KongcrateError {
  const message = `${JSON.stringify(text)} is no reference: ${why}`;
  return new KongcrateError('REFERENCE_INVALID', message, { remedy, cause });
}
