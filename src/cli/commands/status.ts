import type { Command } from 'commander';
import { readStatus, type NodeStatus } from '../../workflows/read-status.ts';
import { setAction } from '../action.ts';
import type { Context } from '../context.ts';
import { renderRecorded } from '../print-trust.ts';
import { renderNote } from '../print-holds.ts';
import { addLuaRootOption, type NodeFlags } from '../shared-options.ts';

interface Flags extends NodeFlags {
  readonly check?: true;
}

type Plugin = NodeStatus['plugins'][number];

export function configure(command: Command, context: Context): void {
  command.argument('[name]', 'one plugin');
  addLuaRootOption(command);
  command
    .option('--check', 'exit 3 when files differ from what was installed')
    .addHelpText('after', EXAMPLES);
  setAction<Flags>(command, context, ([name], flags) => {
    const status = readStatus({ luaRoot: flags.luaRoot }, name);
    const drifted = status.plugins.some((plugin) => plugin.drift.length > 0);
    const exit = flags.check && drifted ? { exitCode: 3 } : {};
    return Promise.resolve({ text: render(status), json: status, ...exit });
  });
}

function render({ plugins, holds, quarantined, staged }: NodeStatus): string {
  return [
    ...(plugins.length === 0 ? ['no plugins installed'] : plugins.flatMap(renderPlugin)),
    ...holds.map((hold) => `held ${hold.name}: ${renderNote(hold)}`),
    ...staged.map((plugin) => `staged ${nameOf(plugin)}`),
    ...quarantined.map((note) => `quarantined ${note.digest}: ${renderNote(note)}`),
  ].join('\n');
}

function renderPlugin(plugin: Plugin): string[] {
  const { repository, tag, file, installedAt, trust, drift } = plugin;
  const from = file ?? `${repository}${tag === undefined ? '' : `:${tag}`}`;
  return [
    nameOf(plugin),
    `  from ${from}, ${installedAt}`,
    `  ${renderRecorded(trust)}`,
    ...drift.map(({ path, problem }) => `  DRIFT ${problem}: ${path}`),
    ...wayOut(plugin),
  ];
}

function nameOf({ name, version, digest }: NodeStatus['staged'][number]): string {
  return `${name} ${version ?? '(no version)'} ${digest}`;
}

function wayOut({ name, drift, repository, digest, file }: Plugin): string[] {
  if (drift.length === 0) return [];
  const taken = drift.filter(({ problem }) => problem === 'taken').map(({ path }) => path);
  const move = taken.length > 0 ? `move ${taken.join(' and ')} away, then ` : '';
  const again = file === undefined ? `${repository}@${digest}` : `${file} --plugin ${name} …`;
  return [`  → ${move}kongcrate install ${again}`];
}

const EXAMPLES = `
Examples:
  $ kongcrate status
  $ kongcrate status my-plugin --check || kongcrate install …`;
