import { InvalidArgumentError, type Command } from 'commander';
import { DEFAULT_ARCHIVE_LIMITS, type ArchiveLimits } from '../archive/archive-limits.ts';
import { parseAnnotation, parseByteSize, parseCount } from './parse-values.ts';

export const DEFAULT_LUA_ROOT = '/usr/local/share/lua/5.1';

export interface LimitFlags {
  readonly maxUnpackedSize?: number;
  readonly maxFiles?: number;
}

/** `--max-unpacked-size` and `--max-files`: what an archive may hold. */
export function addLimitOptions(command: Command): void {
  command
    .option('--max-unpacked-size <size>', 'most bytes of all files together (256MiB)', size)
    .option('--max-files <n>', 'most files (20000)', count);
}

export function limitsOf(flags: LimitFlags): ArchiveLimits {
  return {
    maxUnpackedBytes: flags.maxUnpackedSize ?? DEFAULT_ARCHIVE_LIMITS.maxUnpackedBytes,
    maxFiles: flags.maxFiles ?? DEFAULT_ARCHIVE_LIMITS.maxFiles,
  };
}

export interface LayerFlags extends LimitFlags {
  readonly maxLayerSize?: number;
}

/** The limits of what is read from a store. */
export function addLayerOptions(command: Command): void {
  command.option('--max-layer-size <size>', 'most bytes of the packed layer (64MiB)', size);
  addLimitOptions(command);
}

export interface TrustFlags {
  readonly key?: readonly string[];
  readonly threshold?: number;
  readonly annotation?: Readonly<Record<string, string>>;
  readonly plugin?: string;
  readonly maxSignatures?: number;
}

/** Whom to trust: the same flags for verify, install and pull. */
export function addTrustOptions(command: Command): void {
  command
    .option('--key <key>', 'public key that may sign: FILE or env://VAR (repeatable)', collect)
    .option('--threshold <n>', 'how many of the keys must have signed (1)', count)
    .option('-a, --annotation <k=v>', 'annotation that must be signed (repeatable)', annotation)
    .option('--plugin <name>', 'the plugin that the artifact must be')
    .option('--max-signatures <n>', 'most bundles that are read (100)', count);
}

/** `--as`: the name of an OCI layout's repository for signatures and receipts. */
export function addNameOption(command: Command): void {
  command.option('--as <repository>', 'logical name of a layout (localhost/<directory>)');
}

export interface SignFlags {
  readonly key: string;
  readonly allowUnencryptedKey?: true;
  readonly signatureFormat?: 'both' | 'bundle' | 'legacy';
}

/** How to sign: the same flags for sign and publish. */
export function addSignOptions(command: Command): void {
  command
    .requiredOption('--key <key>', 'private key: FILE or env://VAR')
    .option('--signature-format <format>', 'both, bundle (cosign 3) or legacy (cosign 2)', format)
    .option('--allow-unencrypted-key', 'sign with a private key that has no password');
}

/** For commander: a value that may be given several times. */
function collect(value: string, earlier: readonly string[] = []): string[] {
  return [...earlier, value];
}

export const annotation = (
  value: string,
  earlier: Readonly<Record<string, string>> = {},
): Record<string, string> => ({ ...earlier, ...asArgument(() => parseAnnotation(value)) });

const size = (value: string): number => asArgument(() => parseByteSize(value));
const count = (value: string): number => asArgument(() => parseCount(value));

function format(value: string): string {
  return oneOf(['both', 'bundle', 'legacy'])(value);
}

/** A parser that accepts only the given words. */
export function oneOf(words: readonly string[]): (value: string) => string {
  return (value) => {
    if (words.includes(value)) return value;
    throw new InvalidArgumentError(`Use one of: ${words.join(', ')}.`);
  };
}

function asArgument<Value>(parse: () => Value): Value {
  try {
    return parse();
  } catch (error) {
    throw new InvalidArgumentError(error instanceof Error ? error.message : String(error));
  }
}
