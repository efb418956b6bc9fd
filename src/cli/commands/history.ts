import type { Command } from 'commander';
import { readHistory, type NodeHistory } from '../../workflows/read-history.ts';
import { setAction } from '../action.ts';
import type { Context } from '../context.ts';
import { renderRecorded } from '../print-trust.ts';
import { addLuaRootOption, type NodeFlags } from '../shared-options.ts';

type Entry = NodeHistory['generations'][number];
type Change = NonNullable<Entry['changes']>[number];

export function configure(command: Command, context: Context): void {
  command.argument('[name]', 'one plugin: only where it changed');
  addLuaRootOption(command);
  command.addHelpText('after', EXAMPLES);
  setAction<NodeFlags>(command, context, ([name], { luaRoot }) => {
    const history = readHistory({ luaRoot }, name);
    return Promise.resolve({ text: render(history, name), json: history });
  });
}

function render({ generations }: NodeHistory, name: string | undefined): string {
  if (generations.length > 0) return generations.flatMap(renderEntry).join('\n');
  return name === undefined
    ? 'nothing was ever installed'
    : `${name} is the same in every generation that is kept`;
}

function renderEntry({ generation, createdAt, action, isLive, changes }: Entry): string[] {
  const head = `${generation} ${createdAt} ${action}${isLive ? ' (live)' : ''}`;
  if (!changes) return [head, '  what it changed is not known: the one before is no longer kept'];
  return [head, ...changes.flatMap(renderChange)];
}

function renderChange({ name, from, to }: Change): string[] {
  if (!to) return [`  ${name} ${versionOf(from)} -> removed`];
  const before = from ? `${versionOf(from)} -> ` : 'new: ';
  return [`  ${name} ${before}${versionOf(to)} ${to.digest}`, `    ${renderRecorded(to.trust)}`];
}

function versionOf(version: Change['to']): string {
  return version?.version ?? '(no version)';
}

const EXAMPLES = `
Examples:
  $ kongcrate history
  $ kongcrate history my-plugin

As many generations are kept as the last change was told to keep: --keep, else 5.`;
