/** Where something else of a registry is to be read, as a file says it. */
export interface MirrorRule {
  /** Host, or host and path, in the spelling of {@link parsePlace}; `*.` before it is any label. */
  readonly prefix: string;
  /** `FILE:LINE`, for messages. */
  readonly origin: string;
  readonly isBlocked: boolean;
  /** Where the source itself is, if not where its name says. */
  readonly location?: string;
  /** In the order in which they are asked. */
  readonly mirrors: readonly MirrorPlace[];
  /** Something of it was marked as insecure, which is not taken over. */
  readonly hasInsecure: boolean;
}

export interface MirrorPlace {
  readonly location: string;
  /** true: plain HTTP; false: TLS; without it TLS, but plain HTTP on this machine. */
  readonly plainHttp?: boolean;
  /** Which references are read there: by tag, by digest or both. */
  readonly reads: 'all' | 'digest-only' | 'tag-only';
}

/** Every rule there is. */
export interface Mirrors {
  /** The first list with a rule for a repository decides where it is read; each one may block it. */
  readonly lists: readonly (readonly MirrorRule[])[];
  /** Takes one line on which mirrors are used, and which of them fail. */
  readonly onNote?: (text: string) => void;
  /** Takes one line on what a file asks for and does not get. */
  readonly onWarning?: (text: string) => void;
}
