import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { parse } from 'yaml';
import { run, type RunOptions, type RunResult } from './run.ts';
import { temporaryDirectory } from './temporary-directory.ts';

const ACTIONS = join(import.meta.dirname, '../../.github/actions');

interface ActionFile {
  readonly inputs: Readonly<
    Record<string, { readonly default?: string; readonly required?: true }>
  >;
  readonly outputs: Readonly<Record<string, { readonly value: string }>>;
  readonly runs: {
    readonly steps: readonly {
      readonly id: string;
      readonly shell: string;
      readonly run: string;
      readonly env: Readonly<Record<string, string>>;
    }[];
  };
}

export interface ActionResult extends RunResult {
  /** What GITHUB_OUTPUT holds, byte for byte. */
  readonly outputFile: string;
  /** What GITHUB_STEP_SUMMARY holds. */
  readonly summary: string;
  /** The outputs of the action, as a workflow sees them. */
  readonly outputs: Readonly<Record<string, string>>;
}

/**
 * Runs the one step of an action of ours as a runner does: inputs that it does not declare are
 * refused, those that are not given have their default, and expressions are filled in.
 * @param options with the environment of the job
 */
export async function runCompositeAction(
  name: 'publish' | 'verify',
  inputs: Readonly<Record<string, string>>,
  options: RunOptions = {},
): Promise<ActionResult> {
  const path = join(ACTIONS, name);
  const action = parse(readFileSync(join(path, 'action.yml'), 'utf8')) as ActionFile;
  const [step, ...others] = action.runs.steps;
  if (step?.shell !== 'bash' || others.length > 0) throw new Error(`${name} has another form`);
  const known = new Map(Object.entries(action.inputs).map(([key, it]) => [key, it.default ?? '']));
  for (const [key, value] of Object.entries(inputs)) {
    if (!known.has(key)) throw new Error(`${name} has no input ${key}`);
    known.set(key, value);
  }
  const files = temporaryDirectory();
  const at = { GITHUB_OUTPUT: join(files, 'output'), GITHUB_STEP_SUMMARY: join(files, 'summary') };
  const filled = Object.entries(step.env).map(([key, value]) => [
    key,
    fill(value, 'inputs', known),
  ]);
  const env = { RUNNER_TEMP: files, ...options.env, ...at, GITHUB_ACTION_PATH: path };
  const done = await run('bash', ['-e', '-o', 'pipefail', '-c', step.run], {
    ...options,
    env: { ...env, ...(Object.fromEntries(filled) as Record<string, string>) },
  });
  const [outputFile, summary] = [read(at.GITHUB_OUTPUT), read(at.GITHUB_STEP_SUMMARY)];
  const told = new Map(outputFile.split('\n').map((line) => splitAtFirst(line, '=')));
  const outputs = Object.entries(action.outputs).map(([key, { value }]) => [
    key,
    fill(value, `steps.${step.id}.outputs`, told),
  ]);
  return {
    ...done,
    outputFile,
    summary,
    outputs: Object.fromEntries(outputs) as ActionResult['outputs'],
  };
}

/** Nothing but one expression of one kind: what is more would have to be tried elsewhere. */
function fill(text: string, context: string, values: ReadonlyMap<string, string>): string {
  const [start, end] = [`\${{ ${context}.`, ' }}'];
  if (!text.startsWith(start) || !text.endsWith(end)) throw new Error(`unknown form: ${text}`);
  const name = text.slice(start.length, -end.length);
  const value = values.get(name);
  if (value === undefined && context === 'inputs') throw new Error(`no input ${name}`);
  return value ?? '';
}

const read = (file: string): string => (existsSync(file) ? readFileSync(file, 'utf8') : '');

function splitAtFirst(line: string, mark: string): [before: string, after: string] {
  const at = line.indexOf(mark);
  return [line.slice(0, Math.max(at, 0)), line.slice(at + 1)];
}
