import type { ErrorCode } from '../errors/catalogue.ts';
import { KongcrateError } from '../errors/kongcrate-error.ts';
import type { ReadableStore } from './content-store.ts';

/** One of several stores that hold the same content. */
export interface LinkedStore {
  /** What messages call it. */
  readonly name: string;
  readonly store: ReadableStore;
  /** false: its tags may be old ones, and only what has a digest is read from it. */
  readonly hasTags: boolean;
  /** Who put it there, such as `FILE:LINE`; nobody where it is the source itself. */
  readonly namedBy?: string;
}

/** What says that the place, not the content, is at fault. */
const PASSING: ReadonlySet<ErrorCode> = new Set([
  'NOT_FOUND',
  'NETWORK_FAILED',
  'TIMED_OUT',
  'REGISTRY_LIMIT',
  'AUTHENTICATION_FAILED',
]);

/**
 * Whether another place may be asked after this: it does not have the content, cannot be reached,
 * is overloaded or lets nobody in. Wrong bytes are none of that.
 */
export function isPassing(error: unknown): error is KongcrateError {
  if (!(error instanceof KongcrateError)) return false;
  const { status } = error.details;
  const isClosed = typeof status === 'number' && (status === 403 || status >= 500);
  return PASSING.has(error.code) || (error.code === 'REGISTRY_ERROR' && isClosed);
}

/** A store with what is known of it. One that failed is not asked again. */
export class StoreLink {
  readonly place: LinkedStore;
  readonly #onFailure: (text: string) => void;
  #failure: KongcrateError | undefined;

  constructor(place: LinkedStore, onFailure: (text: string) => void = () => undefined) {
    this.place = place;
    this.#onFailure = onFailure;
  }

  /** @throws what the store throws, as {@link judge} puts it */
  async ask<Answer>(question: (store: ReadableStore) => Promise<Answer>): Promise<Answer> {
    if (this.#failure) throw this.#failure;
    try {
      return await question(this.place.store);
    } catch (error) {
      throw this.judge(error);
    }
  }

  /** Remembers a failure of the place, and names the mirror that served wrong bytes. */
  judge(error: unknown): unknown {
    if (!(error instanceof KongcrateError)) return error;
    const { name, namedBy } = this.place;
    if (error.category === 'content' && namedBy !== undefined)
      return new KongcrateError(error.code, `mirror ${name}: ${error.message}`, {
        remedy: `The mirror holds damaged or exchanged content: take it out of ${namedBy} until whoever runs it has mended it.`,
        details: { ...error.details, mirror: name },
        cause: error,
      });
    if (isPassing(error) && error.code !== 'NOT_FOUND') {
      this.#failure = error;
      this.#onFailure(`${name} is not asked any more: ${error.message}`);
    }
    return error;
  }
}
