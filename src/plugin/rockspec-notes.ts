import type { Finding } from './finding.ts';
import { fieldOf, isObject, type LuaValue } from './lua-value.ts';

/** What a rockspec asks for and kongcrate leaves out: a warning in the rockspec. */
export type RockspecNote = Pick<Finding, 'rule' | 'line' | 'message' | 'remedy'>;

const LEFT_OUT: readonly (Pick<RockspecNote, 'rule' | 'message' | 'remedy'> & {
  readonly path: readonly string[];
})[] = [
  {
    path: ['build', 'install', 'bin'],
    rule: 'rockspec-file-left-out',
    message: 'build.install.bin: programs are not shipped, Kong loads Lua modules only',
    remedy: 'Take it out, or install the programs on the node another way.',
  },
  {
    path: ['build', 'install', 'conf'],
    rule: 'rockspec-file-left-out',
    message: 'build.install.conf: configuration files are not shipped',
    remedy: 'Put what the plugin reads into its schema, or into a Lua module.',
  },
  {
    path: ['external_dependencies'],
    rule: 'rockspec-external',
    message: 'external_dependencies: libraries of the system are not shipped',
    remedy: 'Make sure that every node has them, and say so in the README.',
  },
  {
    path: ['hooks', 'post_install'],
    rule: 'rockspec-hook',
    message: 'hooks.post_install is not run: nothing of a package runs when it is installed',
    remedy: 'Do what it does when the plugin is loaded, or in the image of the node.',
  },
];

/**
 * Notes the fields that LuaRocks would act upon.
 * @param global the value of a global of the rockspec
 */
export function noteRockspec(global: (name: string) => LuaValue): readonly RockspecNote[] {
  return LEFT_OUT.flatMap(({ path: [first = '', ...rest], ...note }) => {
    const value = rest.reduce(
      (outer, name) => (isObject(outer) ? fieldOf(outer, name) : outer),
      global(first),
    );
    return value.kind === 'nil' || value.kind === 'unknown' ? [] : [{ ...note, line: value.line }];
  });
}
