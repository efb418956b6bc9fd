/** What the servers do wrong; one without a fault does right. */
export interface Faults {
  readonly fulcio?: FulcioFault;
  /** Of both Rekors. */
  readonly rekor?: RekorFault;
  readonly timestampAuthority?: TimestampFault;
}

export type FulcioFault =
  | 'refuses'
  /** The certificate is for a key that nobody asked for. */
  | 'other key'
  /** An authority that no root names issued it. */
  | 'other authority'
  /** It was over an hour ago. */
  | 'expired'
  | 'no SCT'
  /** A log that no root names signed the SCT. */
  | 'other CT log'
  /** The certificate is for timestamps. */
  | 'other purpose'
  /** The certificate may issue others. */
  | 'authority';

export type RekorFault =
  | 'refuses'
  /** The entry names a key that did not sign. */
  | 'other key'
  /** The entry is about another digest. */
  | 'other digest'
  /** A log that no root names signed promise and checkpoint. */
  | 'other log';

export type TimestampFault =
  | 'refuses'
  /** The token is about other bytes. */
  | 'other digest'
  /** An authority that no root names signed it. */
  | 'other authority'
  /** It names a time a day later, when the certificate is over. */
  | 'late';
