import { shellWord } from '../kong/format-variables.ts';
import type { InstallReport } from '../workflows/install-plugins.ts';
import type { Call } from './action.ts';
import { explainActivation } from './print-activation.ts';
import { renderTrust } from './print-trust.ts';
import { DEFAULT_LUA_ROOT } from './shared-options.ts';

/** One line a plugin: what was done with it. */
export function renderInstall(report: InstallReport): string {
  return report.plugins
    .map(({ name, version, state, digest }) => `${state} ${name} ${version ?? ''} ${digest}`)
    .join('\n');
}

interface Explained {
  readonly dryRun?: true;
  readonly stage?: true;
  readonly copy?: true;
  readonly luaRoot: string;
}

/** Who vouches, what was kept, and what to do next. */
export function explainInstall(report: InstallReport, flags: Explained, call: Call): void {
  if (report.notCleanedUp !== undefined) call.warn(report.notCleanedUp);
  for (const plugin of report.plugins) {
    const { name, reference, isFile, trust, nameIsSigned, comparable } = plugin;
    if (isFile) call.note(`${name}: from the file ${reference}`);
    const line = `${name}: ${renderTrust(trust)}`;
    if (trust.kind === 'unsigned') call.warn(line);
    else call.note(line);
    if (!comparable) call.note(`${name}: the two versions cannot be compared; no downgrade check`);
    if (!nameIsSigned) call.note(`${name}: name read from the archive, version not signed`);
  }
  for (const { path, backup } of report.adopted ?? [])
    call.note(`adopted ${path}: kept as ${backup}`);
  const { activation } = report;
  if (activation) explainActivation(activation, call);
  if (activation && activation.state !== 'no-kong') return;
  if (activation)
    call.note('no Kong runs here; to build an image give --copy, which writes no links');
  call.note(nextStep(report, flags));
  notePath(report, flags, call);
}

/** What is copied goes into an image, where its place may be another one. */
function notePath({ installed }: InstallReport, flags: Explained, call: Call): void {
  const { luaRoot, dryRun, stage, copy } = flags;
  if (luaRoot === DEFAULT_LUA_ROOT || dryRun || stage || copy) return;
  const enable = `kongcrate enable ${installed.join(' ')} --lua-root ${shellWord(luaRoot)}`;
  call.note(`Kong does not look in ${luaRoot} by itself: ${enable} writes lua_package_path too`);
}

function nextStep({ installed, plugins }: InstallReport, { dryRun, stage }: Explained): string {
  if (dryRun) return 'dry run: nothing was changed';
  if (stage && plugins.some(({ isFile }) => isFile))
    return 'to make it live: the same command without --stage';
  if (stage)
    return `to make it live, without a download: kongcrate install ${plugins.map(({ reference }) => reference).join(' ')}`;
  return `kong.conf: plugins = bundled,${installed.join(',')}    then: kong reload`;
}
