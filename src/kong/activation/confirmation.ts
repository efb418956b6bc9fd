/** What a node is asked after a reload, in the order in which it is judged. */
export type SignalName = 'workers' | 'ready' | 'admin' | 'log' | 'probe';

/** What one signal says at one moment. */
export type Verdict =
  | { readonly state: 'holds' }
  /** The node does not have this signal, or it says nothing; why, in words. */
  | { readonly state: 'missing'; readonly why: string }
  /** Not yet; what is there instead, in words. */
  | { readonly state: 'pending'; readonly why: string }
  /** It will not come; lines that show it. */
  | { readonly state: 'failed'; readonly why: string; readonly evidence: readonly string[] };

/** What became of a reload. */
export type Confirmation =
  | {
      /** `too-little`: nothing speaks against it, but not enough for it either (exit 15). */
      readonly outcome: 'confirmed' | 'too-little';
      readonly signals: readonly SignalName[];
      /** Signals that the node does not have, each with its reason, for people. */
      readonly missing: readonly string[];
    }
  | {
      readonly outcome: 'failed';
      /** In words for people. */
      readonly reason: string;
      /** Lines of the error log, or the end of the probe's output. */
      readonly evidence: readonly string[];
      /** Only the time was up: more of it may be all that is needed. */
      readonly isSlow?: true;
    };

/** New workers, and one that was seen to serve with the new code (DESIGN.md section 5). */
export function isEnough(signals: readonly SignalName[]): boolean {
  return (
    signals.includes('workers') &&
    signals.some((name) => name === 'ready' || name === 'admin' || name === 'probe')
  );
}
