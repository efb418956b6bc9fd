import { KongcrateError } from '../../errors/kongcrate-error.ts';
import type { ActivationReport } from './activation-options.ts';

/**
 * Refuses to call an activation a success for which too little speaks; nothing speaks against it
 * either, and nothing was taken back.
 * @throws KongcrateError NOT_ACTIVATED
 */
export function demandEvidence({
  state,
  plugins = [],
  signals = [],
  missing = [],
}: ActivationReport): void {
  if (state !== 'too-little') return;
  const seen = signals.length === 0 ? 'nothing' : `only ${signals.join(', ')}`;
  throw new KongcrateError(
    'NOT_ACTIVATED',
    `installed and reloaded, but ${seen} shows that the node serves it: ${missing.join('; ')}`,
    {
      remedy:
        'Nothing was rolled back. Ask the node yourself, or give --probe, --status-url or --admin-url and run kongcrate activate.',
      details: { plugins, signals, missing },
    },
  );
}
