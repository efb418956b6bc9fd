import { parse, TomlError } from 'smol-toml';
import { KongcrateError, messageOf } from '../../errors/kongcrate-error.ts';
import type { MirrorPlace, MirrorRule } from './mirror-rule.ts';
import { parsePlace, parsePrefix } from './parse-place.ts';
import { TomlTable } from './toml-table.ts';

/**
 * Reads a file of containers-registries.conf(5), version 2: prefix, location, mirrors with
 * `pull-from-mirror`, and what is blocked. Nothing else in it counts; `insecure` is only noted.
 * @param file the name under which messages speak of it
 * @throws KongcrateError MIRRORS_INVALID with the line
 */
export function parseRegistriesConf(text: string, file: string): readonly MirrorRule[] {
  const root = new TomlTable(parseToml(text, file), { file, line: 1 });
  if (root.has('registries'))
    throw root.invalid('[registries] is version 1 of this format', 'Write [[registry]] tables.');
  const lines = headerLines(text);
  const rules: MirrorRule[] = [];
  for (const [index, found] of root.tables('registry').entries()) {
    const table = found.at(lines[index] ?? 1);
    const rule = readRegistry(table);
    const same = rules.find(({ prefix }) => prefix === rule.prefix);
    if (same)
      throw table.invalid(
        `${rule.prefix} stands at ${same.origin} already`,
        'Keep one of the two.',
      );
    rules.push(rule);
  }
  return rules;
}

function parseToml(text: string, file: string): Readonly<Record<string, unknown>> {
  try {
    return parse(text);
  } catch (error) {
    const place = error instanceof TomlError ? `:${error.line}:${error.column}` : '';
    const [reason = ''] = messageOf(error).split('\n');
    throw new KongcrateError('MIRRORS_INVALID', `${file}${place}: ${reason}`, {
      remedy: 'Write it as TOML; containers-registries.conf(5) has examples.',
      cause: error,
    });
  }
}

/** The lines of the registries' headers. What is written inline has none, and gets the first line. */
function headerLines(text: string): readonly number[] {
  return text
    .split('\n')
    .flatMap((line, index) => (/^\s*\[\[\s*"?registry"?\s*\]\]/.test(line) ? [index + 1] : []));
}

function readRegistry(table: TomlTable): MirrorRule {
  const location = table.text('location', parsePlace);
  const prefix = table.text('prefix', parsePrefix) ?? location;
  if (prefix === undefined)
    throw table.invalid('neither prefix nor location stands here', 'Add location.');
  const isByDigestOnly = table.flag('mirror-by-digest-only');
  const mirrors = table.tables('mirror');
  return {
    prefix,
    origin: table.origin,
    isBlocked: table.flag('blocked'),
    ...(location === undefined || location === prefix ? {} : { location }),
    mirrors: mirrors.map((mirror) => readMirror(mirror, isByDigestOnly)),
    hasInsecure: [table, ...mirrors].some((one) => one.flag('insecure')),
  };
}

function readMirror(table: TomlTable, isByDigestOnly: boolean): MirrorPlace {
  const location = table.text('location', parsePlace);
  if (location === undefined) throw table.invalid('a mirror has no location', 'Add location.');
  const reads = table.text('pull-from-mirror', (text) => {
    if (text === 'all' || text === 'digest-only' || text === 'tag-only') return text;
    throw table.invalid(
      `pull-from-mirror is ${JSON.stringify(text)}`,
      'Allowed here: all, digest-only, tag-only.',
    );
  });
  return { location, reads: isByDigestOnly ? 'digest-only' : (reads ?? 'all') };
}
