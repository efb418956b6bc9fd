import type { Command } from 'commander';
import { installPlugins, type InstallReport } from '../../workflows/install-plugins.ts';
import { addPlaceOptions, placeOf, type PlaceFlags } from '../place-options.ts';
import { setAction, type Call } from '../action.ts';
import type { Context } from '../context.ts';
import { noteRepository } from '../note-repository.ts';
import { renderTrust } from '../print-trust.ts';
import {
  addLayerOptions,
  addTrustOptions,
  DEFAULT_LUA_ROOT,
  limitsOf,
  type LayerFlags,
  type TrustFlags,
} from '../shared-options.ts';
import { trustOf } from '../trust-of.ts';

interface Flags extends TrustFlags, LayerFlags, PlaceFlags {
  readonly luaRoot: string;
  readonly allowUnsigned?: true;
  readonly allowDowngrade?: true;
  readonly dryRun?: true;
}

export function configure(command: Command, context: Context): void {
  command
    .argument('<ref...>', 'what to install: oci-layout:DIR[:tag][@digest]')
    .option(
      '--lua-root <dir>',
      'Lua package root; plugins go to kong/plugins in it',
      DEFAULT_LUA_ROOT,
    )
    .option('--allow-unsigned', 'install what nobody signed; never over a signed plugin')
    .option('--allow-downgrade', 'install a lower version than the installed one')
    .option('--dry-run', 'verify and compare everything, change nothing');
  addTrustOptions(command);
  addPlaceOptions(command);
  addLayerOptions(command);
  command.addHelpText('after', EXAMPLES);
  setAction<Flags>(command, context, async (references, flags, call) => {
    noteRepository(flags.as, call);
    const report = await installPlugins(references, {
      ...trustOf(flags, context),
      root: { luaRoot: flags.luaRoot },
      limits: limitsOf(flags),
      ...(flags.maxLayerSize === undefined ? {} : { maxLayerBytes: flags.maxLayerSize }),
      ...placeOf(flags, call),
      ...(flags.allowUnsigned ? { allowUnsigned: true } : {}),
      ...(flags.allowDowngrade ? { allowDowngrade: true } : {}),
      ...(flags.dryRun ? { dryRun: true } : {}),
      ...call.calls,
    });
    explain(report, flags, call);
    return { text: renderReport(report), json: report };
  });
}

function renderReport(report: InstallReport): string {
  return report.plugins
    .map(({ name, version, state, digest }) => `${state} ${name} ${version ?? ''} ${digest}`)
    .join('\n');
}

function explain(report: InstallReport, flags: Flags, call: Call): void {
  if (report.notCleanedUp !== undefined) call.warn(report.notCleanedUp);
  for (const { name, trust, nameIsSigned, comparable } of report.plugins) {
    const line = `${name}: ${renderTrust(trust)}`;
    if (trust.kind === 'unsigned') call.warn(line);
    else call.note(line);
    if (!comparable) call.note(`${name}: the two versions cannot be compared; no downgrade check`);
    if (!nameIsSigned) call.note(`${name}: name read from the archive, version not signed`);
  }
  const names = report.installed.join(',');
  if (flags.dryRun) call.note('dry run: nothing was changed');
  else call.note(`kong.conf: plugins = bundled,${names}    then: kong reload`);
}

const EXAMPLES = `
Examples:
  $ kongcrate install oci-layout:./dist:1.2.0 --key cosign.pub
  $ kongcrate install oci-layout:./a oci-layout:./b --key cosign.pub --lua-root /opt/lua

All of them or none: one switch makes every plugin live at once.`;
