import { InvalidArgumentError, type Command } from 'commander';
import { DEFAULT_ARCHIVE_LIMITS, type ArchiveLimits } from '../archive/archive-limits.ts';
import type { InstallRoot } from '../install/install-root.ts';
import { addCertificateOptions, type CertificateFlags } from './certificate-options.ts';
import { addPolicyOptions, type PolicyFlags } from './policy-options.ts';
import { parseAnnotation, parseByteSize, parseCount } from './parse-values.ts';

export const DEFAULT_LUA_ROOT = '/usr/local/share/lua/5.1';

export interface NodeFlags {
  readonly luaRoot: string;
  readonly keep?: number;
}

/** Where a node's plugins are, for commands that only look. */
export function addLuaRootOption(command: Command): void {
  command.option(
    '--lua-root <dir>',
    'Lua package root; plugins are in kong/plugins of it',
    DEFAULT_LUA_ROOT,
  );
}

/** Where they are and how much of the past is kept, for commands that make a new generation. */
export function addNodeOptions(command: Command): void {
  addLuaRootOption(command);
  command.option('--keep <n>', 'how many generations stay, the live one among them (5)', count);
}

export function rootOf({ luaRoot, keep }: NodeFlags): InstallRoot {
  return { luaRoot, ...(keep === undefined ? {} : { keepGenerations: keep }) };
}

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
  addLayerSizeOption(command);
  addLimitOptions(command);
}

/** `--max-layer-size` alone, where no archive is opened. */
export function addLayerSizeOption(command: Command): void {
  command.option('--max-layer-size <size>', 'most bytes of the packed layer (64MiB)', size);
}

export interface SignerFlags extends CertificateFlags, PolicyFlags {
  readonly key?: readonly string[];
  readonly threshold?: number;
  readonly annotation?: Readonly<Record<string, string>>;
  readonly maxSignatures?: number;
}

export interface TrustFlags extends SignerFlags {
  readonly plugin?: string;
  /** Seconds, where the command has that flag. */
  readonly timeout?: number;
}

/** Whom to trust: the same flags for verify, install and pull. */
export function addTrustOptions(command: Command): void {
  addSignerOptions(command);
  command.option('--plugin <name>', 'the plugin that the artifact must be');
}

/** Whose signatures count. */
export function addSignerOptions(command: Command): void {
  command
    .option(
      '--key <key>',
      'public key that may sign: FILE, env://VAR or SCHEME://KEY (repeatable)',
      collect,
    )
    .option('--threshold <n>', 'how many of the keys must have signed (1)', count)
    .option('-a, --annotation <k=v>', 'annotation that must be signed (repeatable)', annotation)
    .option('--max-signatures <n>', 'most bundles that are read (100)', count);
  addCertificateOptions(command);
  addPolicyOptions(command);
}

/** For commander: a value that may be given several times. */
export function collect(value: string, earlier: readonly string[] = []): string[] {
  return [...earlier, value];
}

export const annotation = (
  value: string,
  earlier: Readonly<Record<string, string>> = {},
): Record<string, string> => ({ ...earlier, ...asArgument(() => parseAnnotation(value)) });

const size = (value: string): number => asArgument(() => parseByteSize(value));
export const count = (value: string): number => asArgument(() => parseCount(value));

/** For commander: a value that cannot be read. */
export function asArgument<Value>(parse: () => Value): Value {
  try {
    return parse();
  } catch (error) {
    throw new InvalidArgumentError(error instanceof Error ? error.message : String(error));
  }
}
