import { dirname, join } from 'node:path';
import { shellWord } from '../format-variables.ts';
import type { DoctorFinding } from './finding.ts';
import { findMisplaced, findSimilar, type MisplacedPlugin } from './find-misplaced.ts';
import { findObstacle, type Obstacle } from './find-obstacle.ts';
import { luaRootsOf, type LuaRoots } from './lua-roots.ts';
import type { LoadView, Patient } from './patient.ts';

/** A listed plugin of which Kong does not find both files. */
export interface AbsentPlugin {
  readonly name: string;
  readonly view: LoadView;
  /** The file of the two that it does find. */
  readonly found?: string;
}

/** The real cause behind "enabled but not installed" and "no configuration schema found". */
export function explainAbsence(absent: AbsentPlugin, patient: Patient): DoctorFinding {
  const { name, view } = absent;
  const roots = luaRootsOf(view, patient);
  const obstacle = expectedFiles(absent)
    .map(findObstacle)
    .find((found) => found !== undefined);
  if (obstacle) return { ...common(absent), ...explainObstacle(name, obstacle, patient) };
  if (absent.found !== undefined) return { ...common(absent), ...explainHalf(absent.found) };
  const misplaced = findMisplaced(name, roots.searched, roots.unsearched);
  if (misplaced)
    return { ...common(absent), ...explainMisplaced(name, misplaced, { ...roots, ...patient }) };
  const similar = findSimilar(name, roots.searched);
  return { ...common(absent), ...(similar === undefined ? missing(absent) : other(name, similar)) };
}

type Explanation = Pick<DoctorFinding, 'code' | 'cause' | 'fix'> & Partial<DoctorFinding>;

function common({ name, view }: AbsentPlugin): DoctorFinding {
  return {
    code: 'not-installed',
    severity: 'error',
    cause: '',
    evidence: [view.from.luaPackagePath],
    fix: '',
    plugins: [name],
  };
}

function expectedFiles({ name, view, found }: AbsentPlugin): readonly string[] {
  const path = `kong/plugins/${name.replaceAll('.', '/')}`;
  const parts = ['handler', 'schema'].filter((part) => !found?.includes(`/${part}.lua`));
  return parts.flatMap((part) =>
    view.templates.map((template) => template.replaceAll('?', `${path}/${part}`)),
  );
}

function explainObstacle(name: string, obstacle: Obstacle, { node }: Patient): Explanation {
  if (obstacle.kind === 'closed')
    return {
      code: 'closed-to-workers',
      cause: `${obstacle.directory} is closed to us (uid ${process.geteuid?.() ?? 0}), and to Kong where it runs as the same user: to it ${name} is not installed`,
      evidence: [`its workers run with uid ${node.workersUser.uid}`],
      fix: `chmod o+x ${shellWord(obstacle.directory)}`,
    };
  return {
    code: 'dangling-link',
    cause: `the link ${obstacle.link} leads to ${obstacle.target}, where nothing is: to Kong ${name} is not installed`,
    evidence: [`${obstacle.link} -> ${obstacle.target}`],
    fix: `Install ${name} again; a whole Lua root has to be copied or mounted, kong/plugins alone holds links.`,
  };
}

function explainHalf(found: string): Explanation {
  const missing = found.includes('/handler.lua') ? 'schema.lua' : 'handler.lua';
  const directory = dirname(found);
  return {
    code: 'file-missing',
    cause: `${directory} has no ${missing}, and Kong needs handler.lua and schema.lua of every plugin`,
    evidence: [found],
    fix: `Install the plugin again, or put ${join(directory, missing)} there, named exactly so.`,
  };
}

function explainMisplaced(
  name: string,
  { directory, wrong, root }: MisplacedPlugin,
  { searched, luaRoot }: LuaRoots & Patient,
): Explanation {
  if (wrong === 'path')
    return {
      code: 'path-not-searched',
      cause: `${name} is in ${directory}, and lua_package_path does not lead into ${root}`,
      fix: `kongcrate enable ${shellWord(name)} --lua-root ${shellWord(root)}`,
    };
  const target = join(searched.includes(root) ? root : luaRoot, 'kong/plugins', name);
  const [from, to] = [shellWord(directory), shellWord(target)];
  return {
    code: 'wrong-level',
    cause: `${name} is in ${directory}, and Kong looks for it in ${target}`,
    // No directory can be copied into itself.
    fix: target.startsWith(`${directory}/`)
      ? `mkdir -p ${to} && mv ${from}/*.lua ${to}/`
      : `mkdir -p ${to} && cp -R ${from}/. ${to}/`,
  };
}

function other(name: string, directory: string): Explanation {
  return {
    code: 'name-differs',
    cause: `plugins lists ${name}, and the directory is called ${directory}: case, - and _ count`,
    fix: `Write in plugins the name of the directory in place of ${name}.`,
  };
}

function missing({ name, view }: AbsentPlugin): Explanation {
  return {
    code: 'not-installed',
    cause: `plugins lists ${name}, and it stands nowhere on the Lua path; Kong does not start with it`,
    evidence: [view.from.plugins, view.from.luaPackagePath],
    fix: `Install it: kongcrate install REFERENCE; or take it off the list: kongcrate disable ${shellWord(name)}`,
  };
}
