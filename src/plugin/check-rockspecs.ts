import type { ChosenRock } from './choose-rock.ts';
import type { Finding } from './finding.ts';
import type { Rock } from './read-rocks.ts';
import { rockHandlers } from './rock-modules.ts';

/** The rockspecs beside a plugin that say nothing about it. */
export function checkRockspecs(plugin: string, { rock, strays }: ChosenRock): readonly Finding[] {
  return [...(rock === undefined ? [] : checkOlder(rock)), ...strays.map(checkStray(plugin))];
}

function checkOlder({ rockspec, older }: Rock): readonly Finding[] {
  return older.map(({ path }) =>
    unused(path, `${rockspec.path} is used, which has a higher version`),
  );
}

function checkStray(plugin: string): (rock: Rock) => Finding {
  return ({ rockspec, modules }) => {
    const [other = rockspec.package] = rockHandlers(modules).map(({ plugin: name }) => name);
    return unused(rockspec.path, `it is about ${other}, and the plugin is ${plugin}`);
  };
}

function unused(file: string, why: string): Finding {
  return {
    severity: 'warning',
    rule: 'rockspec-unused',
    file,
    line: 1,
    message: `this rockspec is not used: ${why}`,
    remedy: 'Delete it, correct it, or name it in .kongcrateignore.',
  };
}
