import type { ByteSource } from '../content/byte-source.ts';
import { evaluateLua } from './evaluate-lua.ts';
import { fieldOf, type LuaValue, textField } from './lua-value.ts';
import { parseLua } from './parse-lua.ts';

export interface HandlerFacts {
  readonly version?: string;
  readonly priority?: number;
}

/** VERSION and PRIORITY of a handler, where they can be told without running it. */
export function readHandlerFacts(bytes: ByteSource | undefined): HandlerFacts {
  const returned = returnedBy(bytes);
  if (returned === undefined) return {};
  const version = textField(returned, 'VERSION');
  const priority = fieldOf(returned, 'PRIORITY');
  return {
    ...(version === undefined ? {} : { version }),
    ...(priority.kind === 'number' && Number.isInteger(priority.value)
      ? { priority: priority.value }
      : {}),
  };
}

/** The literal `name` of the table that a schema returns. */
export function readSchemaName(bytes: ByteSource | undefined): string | undefined {
  return textField(returnedBy(bytes), 'name');
}

function returnedBy(bytes: ByteSource | undefined): LuaValue | undefined {
  const parsed = bytes === undefined ? undefined : parseLua(bytes);
  return parsed?.ok === true ? evaluateLua(parsed.chunk).returned : undefined;
}
