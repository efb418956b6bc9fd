import { sign, type KeyObject } from 'node:crypto';
import { sha256 } from './sha256.ts';

/** An entry's place in the log, and the log's word for it. */
export interface Inclusion {
  readonly index: number;
  readonly treeSize: number;
  readonly leafHash: Buffer;
  readonly rootHash: Buffer;
  /** From the leaf's sibling up. */
  readonly hashes: readonly Buffer[];
  /** A signed note over size and root. */
  readonly checkpoint: string;
}

export interface LogIdentity {
  /** The checkpoint's first line. */
  readonly origin: string;
  /** The checkpoint's signer. */
  readonly name: string;
  readonly logId: Buffer;
}

/** An append-only Merkle tree as of RFC 6962, 2.1, kept whole. */
export class TransparencyLog {
  readonly #leaves: Buffer[] = [];
  readonly #identity: LogIdentity;

  constructor(identity: LogIdentity) {
    this.#identity = identity;
  }

  append(body: Uint8Array, key: KeyObject): Inclusion {
    const leafHash = sha256(Buffer.from([0]), body);
    const index = this.#leaves.push(leafHash) - 1;
    const rootHash = rootOf(this.#leaves);
    const treeSize = this.#leaves.length;
    const hashes = pathOf(index, this.#leaves);
    const checkpoint = this.#checkpoint(rootHash, key);
    return { index, treeSize, leafHash, rootHash, hashes, checkpoint };
  }

  #checkpoint(rootHash: Buffer, key: KeyObject): string {
    const { origin, name, logId } = this.#identity;
    const note = `${origin}\n${this.#leaves.length}\n${rootHash.toString('base64')}\n`;
    const algorithm = key.asymmetricKeyType === 'ed25519' ? null : 'sha256';
    const signature = sign(algorithm, Buffer.from(note), key);
    const signed = Buffer.concat([logId.subarray(0, 4), signature]).toString('base64');
    return `${note}\n\u2014 ${name} ${signed}\n`;
  }
}

function rootOf(leaves: readonly Buffer[]): Buffer {
  const [first = sha256(), second] = leaves;
  if (second === undefined) return first;
  const [left, right] = halves(leaves);
  return sha256(Buffer.from([1]), rootOf(left), rootOf(right));
}

function pathOf(index: number, leaves: readonly Buffer[]): Buffer[] {
  if (leaves.length === 1) return [];
  const [left, right] = halves(leaves);
  return index < left.length
    ? [...pathOf(index, left), rootOf(right)]
    : [...pathOf(index - left.length, right), rootOf(left)];
}

/** Cut at the largest power of two that is smaller than the number of leaves. */
function halves(leaves: readonly Buffer[]): [readonly Buffer[], readonly Buffer[]] {
  const cut = 2 ** Math.ceil(Math.log2(leaves.length) - 1);
  return [leaves.slice(0, cut), leaves.slice(cut)];
}
