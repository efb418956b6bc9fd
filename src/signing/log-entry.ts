/** An entry of a transparency log, as sigstore's bundle says it (sigstore_rekor.proto). */
export interface LogEntry {
  readonly logIndex: string;
  readonly logId: { readonly keyId: Buffer };
  readonly kindVersion: { readonly kind: string; readonly version: string };
  /** Seconds since 1970; '0' where the log does not say. */
  readonly integratedTime: string;
  readonly inclusionPromise: { readonly signedEntryTimestamp: Buffer } | undefined;
  readonly inclusionProof:
    | {
        readonly logIndex: string;
        readonly rootHash: Buffer;
        readonly treeSize: string;
        readonly hashes: Buffer[];
        readonly checkpoint: { readonly envelope: string } | undefined;
      }
    | undefined;
  readonly canonicalizedBody: Buffer;
}
