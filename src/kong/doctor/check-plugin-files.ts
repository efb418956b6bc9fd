import { existsSync, readdirSync, realpathSync } from 'node:fs';
import { basename, dirname, join } from 'node:path';
import { BUNDLED } from '../plugin-list.ts';
import { shellWord } from '../format-variables.ts';
import { findClosedPath } from '../node/find-closed-path.ts';
import { findModule } from '../node/find-module.ts';
import { explainAbsence } from './explain-absence.ts';
import type { DoctorFinding } from './finding.ts';
import type { LoadView, Patient } from './patient.ts';

/** So many files of a plugin are looked at. */
const MAX_FILES = 1_000;

/**
 * Looks for the files of a plugin as Lua would: whether they are found, which of several copies is,
 * and whether the workers may read them.
 * @throws errno errors where we ourselves may not look
 */
export function checkPluginFiles(
  name: string,
  view: LoadView,
  patient: Patient,
): readonly DoctorFinding[] {
  if (name === BUNDLED) return [];
  const [handlers = [], schemas = []] = ['handler', 'schema'].map((part) =>
    findModule(`kong.plugins.${name}.${part}`, view.templates),
  );
  const copies = checkCopies(name, handlers, patient);
  // Kong brings those along, and they stand in a tree of its own.
  if (patient.bundled.has(name)) return copies;
  const [[handler], [schema]] = [handlers, schemas];
  // Plugins in other languages are processes of their own, and Lua's come before them.
  const isForeign = (patient.node.settings.get('pluginserver_names') ?? '') !== '';
  if (handler === undefined && isForeign) return [];
  if (handler === undefined || schema === undefined) {
    const found = handler ?? schema;
    return [explainAbsence({ name, view, ...(found === undefined ? {} : { found }) }, patient)];
  }
  return [...copies, ...checkOpen(name, [handler, schema], patient)];
}

function checkCopies(
  name: string,
  handlers: readonly string[],
  { luaRoot, bundled }: Patient,
): readonly DoctorFinding[] {
  const copies = [...new Map(handlers.map((file) => [realpathSync(file), dirname(file)])).values()];
  const [first, second] = copies;
  if (first === undefined || second === undefined) return [];
  const isOurs = (directory: string): boolean => directory.startsWith(`${luaRoot}/`);
  // What hides Kong's own code, or what was installed; else the one that is never loaded.
  const isHiding = bundled.has(name) || (!isOurs(first) && copies.some(isOurs));
  const stray = shellWord(isHiding ? first : second);
  return [
    {
      code: 'another-copy',
      severity: isHiding ? 'error' : 'warning',
      cause: `Kong loads ${name} from ${first}, which is earlier on the Lua path than ${copies.slice(1).join(', ')}`,
      evidence: copies,
      fix: `mv ${stray} ${stray}.off`,
      plugins: [name],
    },
  ];
}

function checkOpen(
  name: string,
  [handler, schema]: readonly [string, string],
  { node, ownDirectory }: Patient,
): readonly DoctorFinding[] {
  const closed = [handler, schema, ...luaFilesBeside(handler, name)]
    .map((file) => findClosedPath(file, node.workersUser))
    .filter((found) => found !== undefined);
  return [...new Map(closed.map((one) => [one.path, one])).values()].map(
    ({ path, mode, lacks }) => {
      const real = realpathSync(path);
      const isOurs = real.startsWith(`${ownDirectory}/`);
      return {
        code: 'closed-to-workers',
        severity: 'error',
        cause: `${path} has the mode ${mode}: Kong's workers, who run with uid ${node.workersUser.uid}, cannot ${lacks === 'r' ? 'read' : 'enter'} it, and ${name} fails in them or is absent`,
        evidence: [`${path}: mode ${mode}`],
        fix: `chmod a+${lacks} ${shellWord(path)}`,
        plugins: [name],
        ...(isOurs ? { mend: { kind: 'modes', paths: [real] } } : {}),
      } satisfies DoctorFinding;
    },
  );
}

/** What is required later, by a worker and no longer by root. */
function luaFilesBeside(handler: string, name: string): readonly string[] {
  const directory = dirname(handler);
  if (basename(directory) !== basename(name.replaceAll('.', '/'))) return [];
  return (
    readdirSync(directory, { recursive: true, encoding: 'utf8' })
      .filter((path) => path.endsWith('.lua'))
      .slice(0, MAX_FILES)
      .map((path) => join(directory, path))
      // Editors leave links into nothing.
      .filter((path) => existsSync(path))
  );
}
