import { assignment } from '../kong/format-variables.ts';
import type { ActivationReport } from '../workflows/activation/activation-options.ts';
import type { Call } from './action.ts';

/** What a running Kong has to do with a change, by what it shows that it serves, and what is left to do. */
export function explainActivation(report: ActivationReport, call: Call): void {
  const { state, notes = [], signals = [], missing = [] } = report;
  explainSettings(report, call);
  for (const note of notes) call.note(note);
  if (state === 'confirmed') call.note(`Kong serves it: ${signals.join(', ')}`);
  if (state === 'unchanged') call.note('Kong has loaded it already: not reloaded');
  if (state === 'not-asked') call.note('Kong was left alone; next: kongcrate activate');
  if (state === 'checked') call.note('Kong would load it; nothing was reloaded');
  if (missing.length > 0) call.note(`not seen: ${missing.join('; ')}`);
}

function explainSettings(
  { enabled = [], kongConf, variables, preflight }: ActivationReport,
  call: Call,
): void {
  if (preflight?.configuration === 'not-checked')
    call.note('configuration not checked: there was none to judge by the new schemas');
  if (enabled.length > 0) call.note(`enabled: ${enabled.join(', ')}`);
  if (kongConf !== undefined) call.note(`for the next start: ${kongConf}`);
  if (variables) {
    const set = Object.entries(variables).map(([name, value]) => assignment(name, value));
    call.warn(`kong.conf does not decide here: for Kong's next start set ${set.join(' ')}`);
  }
}
