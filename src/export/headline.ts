import { printable } from '../errors/printable.ts';
import { shellWord } from '../kong/format-variables.ts';
import type { ExportedPlugin, ExportSettings, ExportTarget } from './exported-plugin.ts';

/** The first line of every export: what it is, by which digest, who vouches, how to renew it. */
export function headline(
  target: ExportTarget,
  { name, version, reference, source, trust }: ExportedPlugin,
  { base, luaRoot, trustArguments = [] }: ExportSettings,
): string {
  const renew = [
    ...['kongcrate', 'export', source, '--to', target],
    ...(base === undefined ? [] : ['--base', base]),
    ...(luaRoot === undefined ? [] : ['--lua-root', luaRoot]),
    ...trustArguments,
  ];
  const what = [name, ...(version === undefined ? [] : [version])].join(' ');
  return comment(
    `kongcrate export: ${what}, ${reference}, ${trust}; renew it by ${renew.map(shellWord).join(' ')}`,
  );
}

/** A text on one line that Dockerfiles, shells and YAML take as a comment. */
export function comment(text: string): string {
  return `# ${printable(text).replaceAll('\n', '\\n')}`;
}
