import type { ByteSource } from './byte-source.ts';

/** A private place for bytes that are too many to be held: written once, then read at will. */
export interface Spool extends ByteSource {
  /** @throws KongcrateError INSTALL_FAILED, such as on a full disk */
  write(chunk: Uint8Array): void;
}

/** Decides what is held in memory, and gives a place to the rest. */
export interface Spooling {
  /** Whether so many bytes are few enough to be held; they count as held from then on. */
  holds(bytes: number): boolean;
  open(): Spool;
  /** Gives the space of a spool back before the others'; nothing happens to what is none. */
  release(source: ByteSource): void;
}
