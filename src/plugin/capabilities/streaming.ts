import type { Chunk } from 'luaparse';
import type { ByteSource } from '../../content/byte-source.ts';
import { lineOf } from '../evaluate-expression.ts';
import { findRequires } from '../find-requires.ts';
import { isOfferedByKong } from '../offered-modules.ts';
import { parseLua } from '../parse-lua.ts';
import { findModule } from '../plugin-tree.ts';
import { type LuaNode, walkLua } from '../walk-lua.ts';
import type { Capability, PackagedPlugin } from './capability.ts';
import { listed } from './kong-operator.ts';

/**
 * Whether a control plane can stream the plugin to its data planes, as Konnect's dedicated
 * gateways get theirs (Kong's documentation, "Streaming custom plugins").
 */
export function forStreaming(plugin: PackagedPlugin): Capability {
  const fault = faultOf(plugin);
  return {
    way: 'streaming',
    possible: fault === undefined,
    reason:
      fault ?? 'handler and schema are all there is, and nothing in them is barred (Kong 3.15)',
  };
}

function faultOf({ name, files }: PackagedPlugin): string | undefined {
  const directory = `kong/plugins/${name}/`;
  const handler = findModule(files, directory, 'handler');
  const schema = findModule(files, directory, 'schema');
  const other = files.filter((file) => file !== handler && file !== schema);
  if (other.length > 0)
    return `only handler and schema are streamed, and here is ${listed(other.map(({ path }) => path))}`;
  return (
    faultIn('handler.lua', handler?.bytes, HANDLER_BARS) ??
    faultIn('schema.lua', schema?.bytes, SCHEMA_BARS)
  );
}

type Bar = readonly [isBarred: (node: LuaNode) => boolean, why: string];

const BOTH_BARS: readonly Bar[] = [
  [isMember('io'), 'uses io, and streamed plugins have no file system'],
  [isMember('package'), 'uses package, as a bundle does, and a sandbox has no such library'],
];
const HANDLER_BARS: readonly Bar[] = [
  ...BOTH_BARS,
  [isNamed('init_worker'), 'has init_worker, which no streamed plugin may have'],
  [isMember('ngx', 'timer'), 'starts timers, which no streamed plugin may do'],
  [isMember('kong', 'timer'), 'starts timers, which no streamed plugin may do'],
];
const SCHEMA_BARS: readonly Bar[] = [
  ...BOTH_BARS,
  [
    ({ type }) => type === 'FunctionDeclaration',
    'has functions of its own, and custom validation belongs into the handler there',
  ],
];

function faultIn(
  file: string,
  bytes: ByteSource | undefined,
  bars: readonly Bar[],
): string | undefined {
  const parsed = parseLua(bytes ?? new Uint8Array());
  if (!parsed.ok) return `${file} could not be read`;
  for (const node of walkLua(parsed.chunk)) {
    const barred = bars.find(([isBarred]) => isBarred(node));
    if (barred !== undefined) return `${file}:${lineOf(node)} ${barred[1]}`;
  }
  return foreignRequire(file, parsed.chunk);
}

function foreignRequire(file: string, chunk: Chunk): string | undefined {
  const foreign = findRequires(chunk).find(({ module }) => !isOfferedByKong(module));
  return (
    foreign && `${file}:${foreign.line} requires ${foreign.module}, which Kong does not bring along`
  );
}

/** A field or method of that name, wherever it is set or called. */
function isNamed(name: string): Bar[0] {
  return (node) =>
    (node.type === 'MemberExpression' && node.identifier.name === name) ||
    (node.type === 'TableKeyString' && node.key.name === name);
}

/** `base.field`, or any field of `base`. */
function isMember(base: string, field?: string): Bar[0] {
  return (node) =>
    node.type === 'MemberExpression' &&
    node.base.type === 'Identifier' &&
    node.base.name === base &&
    (field === undefined || node.identifier.name === field);
}
