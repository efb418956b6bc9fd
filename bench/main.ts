import { cpus } from 'node:os';
import { join, resolve } from 'node:path';
import { parseArgs } from 'node:util';
import { findPeer } from '../test/support/peer-programs.ts';
import { EXPERIMENTS } from './experiments/all.ts';
import type { Experiment } from './experiments/experiment.ts';
import { withLab } from './lab/lab.ts';
import { ROOT } from './lab/root.ts';
import { readResults, writeResult, type Result } from './report/results.ts';
import { TABLE_HEAD, tableRows } from './report/table.ts';
import { writeDocument } from './report/write-document.ts';

/**
 * Measures the experiments that are named, all of them unless told, and prints the table row by row.
 * bench/README.md says how it is used.
 */
export async function main(args: string[], environment: NodeJS.ProcessEnv): Promise<void> {
  const { values, positionals } = parseArgs({
    args,
    allowPositionals: true,
    options: { list: { type: 'boolean' }, pairs: { type: 'string' }, write: { type: 'boolean' } },
  });
  const chosen = choose(positionals);
  if (values.list === true) {
    process.stdout.write(chosen.map(({ name }) => `${name}\n`).join(''));
    return;
  }
  const isWritten = values.write === true;
  process.once('SIGINT', () => process.exit(130));
  const program = programOf(environment['KONGCRATE_PROGRAM']);
  process.stdout.write(TABLE_HEAD);
  for (const experiment of chosen) {
    const result = await measure(experiment, program, pairsOf(values.pairs));
    if (isWritten) writeResult(result);
    process.stdout.write(tableRows(result.figures));
  }
  if (isWritten) writeDocument(readResults());
}

function choose(texts: readonly string[]): readonly Experiment[] {
  if (texts.length === 0) return EXPERIMENTS;
  const chosen = texts.flatMap(matching);
  return EXPERIMENTS.filter((experiment) => chosen.includes(experiment));
}

/** The experiment of that name, else all whose names begin so. */
function matching(text: string): readonly Experiment[] {
  const exact = EXPERIMENTS.filter(({ name }) => name === text);
  const found = exact.length > 0 ? exact : EXPERIMENTS.filter(({ name }) => name.startsWith(text));
  if (found.length === 0) throw new Error(`no experiment begins with ${text}; --list names all`);
  return found;
}

function pairsOf(text: string | undefined): number | undefined {
  if (text === undefined) return undefined;
  if (!/^[1-9]\d*$/.test(text)) throw new Error(`--pairs ${text} is no number of pairs`);
  return Number(text);
}

/** A script is run by the Node.js that runs this one. */
function programOf(path = join(ROOT, 'bin/kongcrate.js')): readonly string[] {
  return /\.[cm]?js$/.test(path) ? [process.execPath, resolve(path)] : [resolve(path)];
}

async function measure(
  experiment: Experiment,
  program: readonly string[],
  pairs = experiment.pairs,
): Promise<Result> {
  process.stderr.write(`${experiment.name}\n`);
  const figures = await withLab(program, experiment.place, (lab) => experiment.measure(lab, pairs));
  const day = new Date().toISOString().slice(0, 10);
  return { experiment: experiment.name, day, machine: machine(), figures };
}

function machine(): string {
  const version = (name: Parameters<typeof findPeer>[0]): string =>
    `${name} ${findPeer(name)?.version ?? 'missing'}`;
  return [
    `${cpus().length} x ${cpus()[0]?.model ?? 'unknown processor'}`,
    `Node.js ${process.versions.node}`,
    ...(['cosign3', 'cosign2', 'crane', 'tar', 'docker-registry'] as const).map(version),
  ].join(', ');
}
