import type { Answer } from './ask-node.ts';

/**
 * An activation that is under way: what it started from, so that it can be undone whenever it ends
 * in the middle. Written before anything changes; its removal is what makes the change final.
 */
export interface Transaction {
  /** Without links. */
  readonly luaRoot: string;
  /** The live generation before; 0 where there was none. */
  readonly generation: number;
  /** The one that is live once the files are switched; the same where they are not. */
  readonly next: number;
  /** Whose content is live again when it is undone. */
  readonly restores: number;
  /** The plugins that it changes or enables. */
  readonly names: readonly string[];
  /** `reloading`: from here on the workers may have loaded the change. */
  readonly step: 'saved' | 'reloading';
  readonly isRestart: boolean;
  /** ISO 8601, UTC. */
  readonly since: string;
  /** What ran before, by which a Kong that was started anew meanwhile is told. */
  readonly masterPid: number;
  /** When that master began, by `readStartTicks`: in a container the next one has the same pid. */
  readonly masterStartTicks?: number;
  readonly workerPids: readonly number[];
  /** The list of plugins that it ran with. */
  readonly plugins: readonly string[];
  /** What `/status/ready` answered. */
  readonly ready?: Answer;
  /** The kong.conf that it edits. */
  readonly kongConf?: EditedConf;
}

export interface EditedConf {
  readonly path: string;
  /** sha256 of the file as it is edited, hex: any other bytes are somebody else's work. */
  readonly edited: string;
  /** When the file was changed last before, in milliseconds since 1970. */
  readonly modifiedMs: number;
}

const SCHEMA_VERSION = 1;

export function encodeTransaction(transaction: Transaction): Buffer {
  const document = { schemaVersion: SCHEMA_VERSION, ...transaction };
  return Buffer.from(`${JSON.stringify(document, null, 1)}\n`);
}

/** @throws Error with what is wrong; the caller knows the file */
export function decodeTransaction(text: string): Transaction {
  const { schemaVersion, ...found } = JSON.parse(text) as { schemaVersion?: unknown };
  if (schemaVersion !== SCHEMA_VERSION)
    throw new Error(`has the schemaVersion ${JSON.stringify(schemaVersion)}, not 1`);
  if (!isTransaction(found)) throw new Error('is not whole');
  return found;
}

const isListOf = (value: unknown, type: 'string' | 'number'): boolean =>
  Array.isArray(value) && value.every((item) => typeof item === type);

/** Only we ourselves can have written it: that it is whole is enough. */
function isTransaction(value: object): value is Transaction {
  const found = value as Partial<Record<keyof Transaction, unknown>>;
  const numbers = [found.generation, found.next, found.restores, found.masterPid];
  return (
    typeof found.luaRoot === 'string' &&
    numbers.every(Number.isSafeInteger) &&
    isListOf(found.names, 'string') &&
    isListOf(found.plugins, 'string') &&
    isListOf(found.workerPids, 'number') &&
    (found.step === 'saved' || found.step === 'reloading')
  );
}
