import type { Readable } from 'node:stream';

/** One HTTP request. A body is bytes at hand, so that a retry can send it again. */
export interface HttpRequest {
  readonly method: 'GET' | 'HEAD' | 'POST' | 'PATCH' | 'PUT' | 'DELETE';
  readonly url: URL;
  readonly headers: Readonly<Record<string, string>>;
  readonly body?: Uint8Array;
  readonly signal?: AbortSignal;
  /**
   * Whether this hop is at the registry's own origin, which the user named: only there may
   * credentials be attached. A redirect that leaves it clears this for good: coming back does not
   * restore it (oras-go GHSA-vh4v-2xq2-g5cg).
   */
  readonly mayAuthorize: boolean;
  /** Whether a POST may be sent again like a GET, since sending it twice does no harm. */
  readonly mayRepeat?: boolean;
  /** Milliseconds until the answer's headers must be there; the commit of an upload takes longer. */
  readonly headersTimeoutMs?: number;
}

/** One HTTP answer, as the server sent it: never decoded, never followed. */
export interface HttpResponse {
  readonly status: number;
  /** Looks a header up without regard to case. */
  header(name: string): string | undefined;
  /** Where the answer came from, after redirects. */
  readonly url: URL;
  /** The raw bytes. Whoever does not read them calls `discard`. */
  readonly body: Readable;
  discard(): void;
}

/** Sends one request. Layers wrap one another: retry(redirect(authorize(log(one hop)))). */
export type Send = (request: HttpRequest) => Promise<HttpResponse>;
