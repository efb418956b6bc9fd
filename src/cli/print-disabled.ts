import type { DisableReport } from '../workflows/disable-plugins.ts';
import type { Call } from './action.ts';

/**
 * Says who was asked, and by what it shows that Kong serves without some plugins.
 * @returns whether it shows too little
 */
export function explainDisabled(
  { unusedBy, reload, notCleanedUp }: DisableReport,
  names: readonly string[],
  call: Call,
): boolean {
  if (notCleanedUp !== undefined) call.warn(notCleanedUp);
  const which = names.join(', ');
  if (unusedBy.length > 0) call.note(`nothing uses ${which}, by ${unusedBy.join(' and ')}`);
  if (!reload) return false;
  const missing = reload.missing.join('; ');
  if (reload.outcome === 'too-little') {
    call.warn(`Kong was reloaded without ${which}, and does not show that it serves: ${missing}`);
    return true;
  }
  call.note(`Kong serves without ${which}: ${reload.signals.join(', ')}`);
  if (missing !== '') call.note(`not seen: ${missing}`);
  return false;
}
