import { Option, type Command } from 'commander';
import type { WatchHealth } from '../workflows/watch/watch-health.ts';
import type { RoundEnd, WatchOptions } from '../workflows/watch/watch-node.ts';
import type { Call } from './action.ts';
import { refuseGiven } from './refuse-stray.ts';
import { asArgument, count } from './shared-options.ts';
import { parseTime } from './parse-values.ts';
import { asKongcrateError } from './print-error.ts';
import { explainSync, renderPlan } from './print-sync.ts';

export interface WatchFlags {
  readonly watch?: true;
  readonly interval?: number;
  readonly splay?: number;
  readonly notBefore?: Date;
  readonly healthFile?: string;
  readonly metricsFile?: string;
}

type WatchSettings = Pick<
  WatchOptions,
  'intervalMs' | 'splayMs' | 'notBefore' | 'healthFile' | 'metricsFile' | 'onRound' | 'onWarning'
>;

/** How to go on following, and who is told. */
export function addWatchOptions(command: Command): void {
  const watch = new Option('--watch', 'go on following the lock, until a signal');
  command
    .addOption(watch.conflicts(['check', 'dryRun']))
    .option('--interval <seconds>', 'with --watch: from one round to the next (300)', count)
    .option('--splay <seconds>', 'with --watch: add up to so much, by chance (60)', count)
    .addOption(
      new Option(
        '--not-before <time>',
        'with --watch: no round before, as 2026-01-31T22:00:00Z',
      ).argParser((text) => asArgument(() => parseTime(text))),
    )
    .option('--health-file <file>', 'with --watch: write how the node is, as JSON')
    .option('--metrics-file <file>', 'with --watch: write it for Prometheus');
}

/** @throws KongcrateError USAGE for what says nothing without --watch */
export function refuseStrayWatchFlags(flags: WatchFlags): void {
  if (flags.watch === true) return;
  refuseGiven(flags, ABOUT_WATCH, {
    about: '--watch',
    remedy: 'Give --watch too, or leave it out.',
  });
}

const ABOUT_WATCH = ['interval', 'splay', 'notBefore', 'healthFile', 'metricsFile'];

export function watchOf(flags: WatchFlags, call: Call): WatchSettings {
  const { interval = 300, splay = 60, notBefore, healthFile, metricsFile } = flags;
  return {
    ...{ intervalMs: interval * 1000, splayMs: splay * 1000, healthFile, metricsFile },
    ...(notBefore === undefined ? {} : { notBefore }),
    onRound: createRoundPrinter(call),
    onWarning: call.warn,
  };
}

/** Says what is done, and else what is new: a log is not to say the same every few minutes. */
function createRoundPrinter(call: Call): NonNullable<WatchOptions['onRound']> {
  let last = { text: '', changes: 0 };
  return (health, ended) => {
    const text = describeRound(health, ended);
    const { changes } = health;
    if (text === last.text && changes === last.changes) return;
    last = { text, changes };
    if ('error' in ended) call.warn(text);
    else {
      call.note(text);
      explainSync(ended.report, call);
    }
  };
}

function describeRound({ generation }: WatchHealth, ended: RoundEnd): string {
  if ('error' in ended) {
    const { code, message, remedy } = asKongcrateError(ended.error);
    return `${code}: ${message}\n  → ${remedy}`;
  }
  const lock = ended.lock ? ` of ${ended.lock.digest}` : '';
  const plan = renderPlan(ended.report).join('\n');
  return plan === ''
    ? `the node is what the lock${lock} says, generation ${generation ?? 0}`
    : plan;
}
