import type { IncomingHttpHeaders } from 'node:http';
import { digestOf, isDigest, type Digest } from '../../src/reference/digest.ts';
import { OCI_INDEX } from '../../src/reference/media-types.ts';

/** A request as the registry got it, whole. */
export interface Exchange {
  readonly method: string;
  readonly url: URL;
  readonly headers: IncomingHttpHeaders;
  readonly body: Buffer;
}

export interface Reply {
  readonly status: number;
  readonly headers: Readonly<Record<string, string>>;
  readonly body: Buffer;
}

/** In what registries differ. The defaults are a registry that conforms to OCI distribution 1.1. */
export interface RegistryBehaviour {
  /** Whether the registry lists referrers itself. */
  readonly referrersApi?: boolean;
  /** Whether it says so when a manifest with a subject is put; as `referrersApi` unless told. */
  readonly subjectHeader?: boolean;
  /** Whether it takes OCI's media types; without, Docker's alone, as before OCI. */
  readonly knowsOci?: boolean;
  /** The most tags or referrers in one answer. */
  readonly pageSize?: number;
  readonly location?: 'relative' | 'absolute';
  /** What the PUT that ends an upload is answered with. */
  readonly uploadStatus?: 201 | 202 | 204;
  /** Whether a blob of the repository itself can be mounted; without, an upload begins. */
  readonly mounts?: boolean;
  /** Whether blobs may come in chunks. */
  readonly chunks?: boolean;
  /** Whether a part of a blob can be asked for. */
  readonly ranges?: boolean;
  /** What `OCI-Chunk-Min-Length` asks for. */
  readonly leastChunkBytes?: number;
  /** docker-registry sends an ETag and ignores If-Match. */
  readonly entityTags?: 'none' | 'ignored' | 'honoured';
  /** Refuses to move a tag, as ECR and Harbor can. */
  readonly immutableTags?: boolean;
}

/** What one repository holds; tests may change it as they like. */
export class RepositoryContent {
  readonly blobs: Map<string, Buffer> = new Map<string, Buffer>();
  readonly manifests: Map<string, StoredManifest> = new Map<string, StoredManifest>();
  readonly tags: Map<string, Digest> = new Map<string, Digest>();
}

interface StoredManifest {
  readonly mediaType: string;
  readonly bytes: Buffer;
}

interface Document {
  readonly mediaType?: string;
  readonly artifactType?: string;
  readonly annotations?: Readonly<Record<string, string>>;
  readonly subject?: { readonly digest: string };
  readonly config?: { readonly digest: string; readonly mediaType: string };
  readonly layers?: readonly { readonly digest: string }[];
}

/** A place of the API: `/v2/NAME/KIND/TARGET`. */
const PLACE = /^\/v2\/(.+)\/(blobs\/uploads|blobs|manifests|referrers|tags)\/([^/]*)$/;

const UPLOAD_STATE = '?_state=a%2Bb';

/** The OCI distribution API over content in memory; knows nothing of sockets. */
export class RegistryContent {
  readonly #behaviour: RegistryBehaviour;
  readonly #repositories: Map<string, RepositoryContent> = new Map<string, RepositoryContent>();
  readonly #uploads: Map<string, Buffer> = new Map<string, Buffer>();
  #begun = 0;

  constructor(behaviour: RegistryBehaviour) {
    this.#behaviour = behaviour;
  }

  repository(name: string): RepositoryContent {
    const known = this.#repositories.get(name) ?? new RepositoryContent();
    this.#repositories.set(name, known);
    return known;
  }

  answer(exchange: Exchange): Reply {
    if (exchange.url.pathname === '/v2/') return reply(200);
    const [, name, kind, target] = PLACE.exec(exchange.url.pathname) ?? [];
    if (name === undefined || target === undefined) return failure(404, 'NOT_FOUND');
    const repository = this.repository(name);
    if (kind === 'blobs/uploads') return this.#upload(exchange, name, target);
    if (kind === 'blobs') return this.#blob(exchange, repository, target);
    if (kind === 'referrers') return this.#referrers(exchange, repository, target);
    if (kind === 'tags') return this.#page(exchange, [...repository.tags.keys()].sort(), toTags);
    return exchange.method === 'PUT'
      ? this.#putManifest(exchange, repository, decodeURIComponent(target))
      : this.#manifest(exchange, repository, decodeURIComponent(target));
  }

  #upload(exchange: Exchange, name: string, session: string): Reply {
    const { url, method, body } = exchange;
    const { blobs } = this.repository(name);
    if (method === 'POST') {
      const isMounted = this.#mount(url, blobs);
      return isMounted ? reply(201) : this.#begin(url, name);
    }
    const before = this.#uploads.get(session);
    if (!before) return failure(404, 'BLOB_UPLOAD_UNKNOWN');
    // A client must hand back the query of the Location as it is.
    if (!url.search.startsWith(UPLOAD_STATE)) return failure(400, 'BLOB_UPLOAD_INVALID');
    const state = { ...this.#location(url, name, session), ...rangeOf(before) };
    if (method === 'GET') return reply(204, state);
    const bytes = Buffer.concat([before, body]);
    if (method === 'PATCH') {
      const refusal = this.#refuseChunk(exchange, before);
      if (refusal) return refusal;
      this.#uploads.set(session, bytes);
      return reply(202, { ...state, ...rangeOf(bytes) });
    }
    const digest = url.searchParams.get('digest') ?? '';
    if (digestOf(bytes) !== digest) return failure(400, 'DIGEST_INVALID');
    blobs.set(digest, bytes);
    this.#uploads.delete(session);
    return reply(this.#behaviour.uploadStatus ?? 201, { 'docker-content-digest': digest });
  }

  #refuseChunk({ headers }: Exchange, before: Buffer): Reply | undefined {
    if (this.#behaviour.chunks === false) return failure(405, 'UNSUPPORTED');
    const range = headers['content-range'];
    // cosign says none.
    if (range === undefined) return undefined;
    const start = Number(/^(\d+)-\d+$/.exec(range)?.[1] ?? NaN);
    return start === before.length ? undefined : failure(416, 'RANGE_INVALID');
  }

  #mount({ searchParams }: URL, blobs: Map<string, Buffer>): boolean {
    const digest = searchParams.get('mount') ?? '';
    const bytes = this.repository(searchParams.get('from') ?? '').blobs.get(digest);
    if (!bytes || this.#behaviour.mounts === false) return false;
    blobs.set(digest, bytes);
    return true;
  }

  #begin(url: URL, name: string): Reply {
    this.#begun += 1;
    const session = String(this.#begun);
    this.#uploads.set(session, Buffer.alloc(0));
    const { leastChunkBytes } = this.#behaviour;
    const least =
      leastChunkBytes === undefined ? {} : { 'oci-chunk-min-length': String(leastChunkBytes) };
    return reply(202, { ...this.#location(url, name, session), ...least });
  }

  #location(url: URL, name: string, session: string): { readonly location: string } {
    const path = `/v2/${name}/blobs/uploads/${session}${UPLOAD_STATE}`;
    const isAbsolute = this.#behaviour.location === 'absolute';
    return { location: isAbsolute ? new URL(path, url).href : path };
  }

  #blob({ headers }: Exchange, { blobs }: RepositoryContent, digest: string): Reply {
    const bytes = blobs.get(digest);
    if (!bytes) return failure(404, 'BLOB_UNKNOWN');
    const type = { 'content-type': 'application/octet-stream', etag: `"${digest}"` };
    const start = /^bytes=(\d+)-$/.exec(headers.range ?? '')?.[1];
    const isOther = headers['if-range'] !== undefined && headers['if-range'] !== type.etag;
    if (start === undefined || isOther || this.#behaviour.ranges === false)
      return reply(200, type, bytes);
    const range = `bytes ${start}-${bytes.length - 1}/${bytes.length}`;
    return reply(206, { ...type, 'content-range': range }, bytes.subarray(Number(start)));
  }

  /** docker-registry hides a manifest whose type the client does not list. */
  #manifest({ headers }: Exchange, repository: RepositoryContent, reference: string): Reply {
    const digest = repository.tags.get(reference) ?? reference;
    const manifest = repository.manifests.get(digest);
    const accepted = headers.accept ?? '';
    if (!manifest || !(accepted.includes(manifest.mediaType) || accepted.includes('*/*')))
      return failure(404, 'MANIFEST_UNKNOWN');
    const entityTag = (this.#behaviour.entityTags ?? 'ignored') !== 'none';
    return reply(
      200,
      {
        'content-type': manifest.mediaType,
        'docker-content-digest': digest,
        ...(entityTag ? { etag: `"${digest}"` } : {}),
      },
      manifest.bytes,
    );
  }

  #putManifest(exchange: Exchange, repository: RepositoryContent, reference: string): Reply {
    const { body, headers } = exchange;
    const digest = digestOf(body);
    const mediaType = headers['content-type'] ?? '';
    if (this.#behaviour.knowsOci === false && mediaType.startsWith('application/vnd.oci.'))
      return failure(400, 'MANIFEST_INVALID', 'manifest invalid');
    const document = JSON.parse(body.toString()) as Document;
    if ((document.mediaType ?? mediaType) !== mediaType) return failure(400, 'MANIFEST_INVALID');
    for (const { digest: part } of [document.config ?? [], document.layers ?? []].flat())
      if (!repository.blobs.has(part)) return failure(400, 'MANIFEST_BLOB_UNKNOWN', part);
    if (isDigest(reference) && reference !== digest) return failure(400, 'DIGEST_INVALID');
    const refusal = isDigest(reference)
      ? undefined
      : this.#refuseTag(exchange, { now: repository.tags.get(reference), next: digest });
    if (refusal) return refusal;
    if (!isDigest(reference)) repository.tags.set(reference, digest);
    repository.manifests.set(digest, { mediaType, bytes: body });
    const { referrersApi = true, subjectHeader = referrersApi } = this.#behaviour;
    const subject = document.subject?.digest;
    return reply(201, {
      'docker-content-digest': digest,
      ...(subjectHeader && subject ? { 'oci-subject': subject } : {}),
    });
  }

  #refuseTag(
    { headers }: Exchange,
    tag: { readonly now: Digest | undefined; readonly next: Digest },
  ): Reply | undefined {
    const { entityTags, immutableTags = false } = this.#behaviour;
    const expected = headers['if-match'];
    if (entityTags === 'honoured' && expected !== undefined && expected !== `"${tag.now ?? ''}"`)
      return failure(412, 'PRECONDITION_FAILED');
    if (!immutableTags || tag.now === undefined || tag.now === tag.next) return undefined;
    return failure(412, 'PRECONDITION', 'the tag is configured as immutable');
  }

  #referrers(exchange: Exchange, { manifests }: RepositoryContent, subject: string): Reply {
    if (this.#behaviour.referrersApi === false) return failure(404, 'UNSUPPORTED');
    const found: object[] = [];
    for (const [digest, { mediaType, bytes }] of manifests) {
      const document = JSON.parse(bytes.toString()) as Document;
      if (document.subject?.digest !== subject) continue;
      const artifactType = document.artifactType ?? document.config?.mediaType;
      const { annotations } = document;
      found.push({ mediaType, digest, size: bytes.length, artifactType, annotations });
    }
    return this.#page(exchange, found, toIndex);
  }

  #page<Item>(
    { url }: Exchange,
    items: readonly Item[],
    render: (items: readonly Item[]) => Omit<Reply, 'status'>,
  ): Reply {
    const { pageSize = items.length } = this.#behaviour;
    const start = Number(url.searchParams.get('start') ?? 0);
    const end = start + pageSize;
    const { headers, body } = render(items.slice(start, end));
    const link = { link: `<${url.pathname}?start=${end}>; rel="next"` };
    return reply(200, { ...headers, ...(end < items.length ? link : {}) }, body);
  }
}

const toTags = (tags: readonly string[]): Omit<Reply, 'status'> => ({
  headers: { 'content-type': 'application/json' },
  body: Buffer.from(JSON.stringify({ tags })),
});

const toIndex = (manifests: readonly object[]): Omit<Reply, 'status'> => ({
  headers: { 'content-type': OCI_INDEX },
  body: Buffer.from(JSON.stringify({ schemaVersion: 2, mediaType: OCI_INDEX, manifests })),
});

const rangeOf = ({ length }: Buffer): { readonly range: string } => ({
  range: `0-${Math.max(0, length - 1)}`,
});

function reply(
  status: number,
  headers: Readonly<Record<string, string>> = {},
  body: Buffer = Buffer.alloc(0),
): Reply {
  return { status, headers: { ...headers, 'content-length': String(body.length) }, body };
}

/** An error of the specification, "error codes". */
export function failure(status: number, code: string, message: string = code): Reply {
  const body = Buffer.from(JSON.stringify({ errors: [{ code, message }] }));
  return reply(status, { 'content-type': 'application/json' }, body);
}
