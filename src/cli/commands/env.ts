import { Option, type Command } from 'commander';
import {
  formatVariables,
  VARIABLES_FORMATS,
  type VariablesFormat,
} from '../../kong/format-variables.ts';
import { readEnvironment } from '../../workflows/read-environment.ts';
import { setAction } from '../action.ts';
import type { Context } from '../context.ts';
import { addKongOptions, kongOf, type KongFlags } from '../kong-options.ts';
import { addLuaRootOption } from '../shared-options.ts';

interface Flags extends KongFlags {
  readonly luaRoot: string;
  readonly format: VariablesFormat;
  readonly pinnedPath?: true;
}

export function configure(command: Command, context: Context): void {
  addLuaRootOption(command);
  addKongOptions(command);
  command
    .addOption(
      new Option('--format <format>', 'for what starts Kong')
        .choices(VARIABLES_FORMATS)
        .default('shell'),
    )
    .option('--pinned-path', 'name the live generation, so that a Lua VM sees one version for life')
    .addHelpText('after', EXAMPLES);
  setAction<Flags>(command, context, (_, flags, call) => {
    const environment = readEnvironment({
      ...kongOf(flags, context),
      root: { luaRoot: flags.luaRoot },
      ...(flags.pinnedPath ? { pinnedPath: true } : {}),
    });
    for (const note of environment.notes) call.note(note);
    const text = formatVariables(environment.variables, flags.format);
    return Promise.resolve({ text, json: environment });
  });
}

const EXAMPLES = `
Examples:
  $ eval "$(kongcrate env)" && kong reload
  $ kongcrate env --format docker > kong.env && docker run --env-file kong.env kong
  $ kongcrate env --format systemd > /etc/systemd/system/kong.service.d/plugins.conf

KONG_PLUGINS is what Kong's settings say now, and every installed plugin after it.`;
