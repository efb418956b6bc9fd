import { readFileSync, statSync } from 'node:fs';
import { errnoOf, KongcrateError, messageOf } from '../../errors/kongcrate-error.ts';
import { locateJsonError } from './locate-json-error.ts';
import { canonicalKey } from './registry-key.ts';

type JsonObject = Record<string, unknown>;

/** A config.json or auth.json as it stands on disk. */
export interface ConfigDocument {
  readonly text: string;
  readonly document: JsonObject;
}

/** What a config.json or auth.json says about registries; keys in their one spelling. */
export interface AuthConfig {
  readonly file: string;
  readonly isWorldReadable: boolean;
  /** By `host` or `host/namespace`. */
  readonly entries: ReadonlyMap<string, JsonObject>;
  /** Credential helpers by host. */
  readonly helpers: ReadonlyMap<string, string>;
  /** The helper for every other host. */
  readonly defaultHelper: string | undefined;
}

/**
 * Reads a configuration file; undefined where there is none.
 * @throws KongcrateError CREDENTIALS_UNREADABLE with the file and the place in it, never its content
 */
export function readAuthConfig(file: string): AuthConfig | undefined {
  const read = readConfigDocument(file);
  if (read === undefined) return undefined;
  const { auths, credHelpers, credsStore } = read.document;
  const mode = statSync(file, { throwIfNoEntry: false })?.mode ?? 0;
  const isSet = credsStore !== undefined && credsStore !== '';
  return {
    file,
    isWorldReadable: (mode & 0o004) !== 0,
    entries: byKey(auths, { list: 'auths', file }, objectIn),
    helpers: byKey(credHelpers, { list: 'credHelpers', file }, textIn),
    defaultHelper: isSet ? textIn(credsStore, 'credsStore', file) : undefined,
  };
}

function byKey<Value>(
  map: unknown,
  { list, file }: { readonly list: string; readonly file: string },
  read: (value: unknown, what: string, file: string) => Value,
): Map<string, Value> {
  const found = new Map<string, Value>();
  for (const [key, value] of Object.entries(objectIn(map ?? {}, list, file))) {
    const canonical = canonicalKey(key);
    // Of several spellings the plain one counts, as docker looks for it first.
    if (!found.has(canonical) || key === canonical)
      found.set(canonical, read(value, `${list}[${JSON.stringify(key)}]`, file));
  }
  return found;
}

/**
 * Reads a configuration file without looking into it; undefined where there is none.
 * @throws KongcrateError CREDENTIALS_UNREADABLE
 */
export function readConfigDocument(file: string): ConfigDocument | undefined {
  let text: string;
  try {
    text = readFileSync(file, 'utf8');
  } catch (error) {
    if (errnoOf(error) === 'ENOENT' || errnoOf(error) === 'ENOTDIR') return undefined;
    throw unreadable(file, messageOf(error));
  }
  return { text, document: objectIn(parse(text, file), 'the whole of it', file) };
}

function parse(text: string, file: string): unknown {
  if (text.trim() === '') return {};
  try {
    return JSON.parse(text);
  } catch {
    // The parser's own error quotes the text; neither message nor cause may carry it.
    throw unreadable(file, `no JSON at ${locateJsonError(text)}`);
  }
}

function objectIn(value: unknown, what: string, file: string): JsonObject {
  if (typeof value === 'object' && value !== null && !Array.isArray(value))
    return value as JsonObject;
  throw unreadable(file, `${what} is no JSON object`);
}

function textIn(value: unknown, what: string, file: string): string {
  if (typeof value === 'string') return value;
  throw unreadable(file, `${what} is no text`);
}

/** The error for a file that cannot be used. @param why without any of its values */
export function unreadable(file: string, why: string): KongcrateError {
  return new KongcrateError('CREDENTIALS_UNREADABLE', `${file} cannot be used: ${why}`, {
    remedy: 'Mend the file, or name another one with --registry-config.',
    details: { file },
  });
}
