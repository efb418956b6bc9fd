import { assignment, formatVariables, shellWord } from '../kong/format-variables.ts';
import type { EditReport } from '../workflows/edit-kong-conf.ts';
import type { Call } from './action.ts';

/** The file and the lines that went and came; without a file the variables to set. */
export function renderEdit({ state, file, variables, ...lines }: EditReport): string {
  if (file === undefined) return formatVariables(variables, 'shell');
  return [
    `${state} ${file}`,
    ...lines.removedLines.map((line) => `- ${line}`),
    ...lines.addedLines.map((line) => `+ ${line}`),
  ].join('\n');
}

interface ExplainOptions {
  readonly dryRun?: true;
  readonly prefix: string;
  /** A running Kong has the same list already. */
  readonly isApplied?: boolean;
}

/** Says what the edit does not do by itself. */
export function explainEdit(
  report: EditReport,
  { dryRun, prefix, isApplied = false }: ExplainOptions,
  call: Call,
): void {
  const { state, overriddenBy } = report;
  const set = Object.entries(report.variables).map(([name, value]) => assignment(name, value));
  for (const note of report.notes) call.note(note);
  if (state === 'no-file')
    call.warn('there is no kong.conf: set these in the environment of Kong, or give --create');
  if (overriddenBy !== undefined && state !== 'no-file')
    call.warn(
      overriddenBy === 'environment'
        ? `KONG_PLUGINS is set here and replaces the list of the file; set ${set.join(' ')}`
        : `the running node was started with another list, so its environment replaces the file's; set ${set.join(' ')}`,
    );
  if (dryRun) call.note('dry run: nothing was changed');
  else if (!isApplied && (state === 'changed' || state === 'created'))
    call.note(
      `Kong reads it at its next start; at once: ${set.join(' ')} kong reload -p ${shellWord(prefix)}`,
    );
}
