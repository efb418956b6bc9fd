import { KongcrateError } from '../../errors/kongcrate-error.ts';
import { redactText } from '../../http/redact.ts';
import type { ProgramResult } from '../../system/run-program.ts';
import { isNamedByKong } from './is-named-by-kong.ts';

/** Kong 3.9.3's command line over a handler or a schema that is absent (KONG.md 1.4). */
const ABSENT = "attempt to index upvalue 'kong' (a nil value)";
const MAX_TEXT_LENGTH = 1_500;

export interface PreflightFailure {
  readonly result: ProgramResult;
  /** All that `plugins` is to list. */
  readonly listed: readonly string[];
  /** Those that the change brings or touches. */
  readonly changed: readonly string[];
  /** The configuration that was judged, as people know it. */
  readonly configuration: string;
}

/** The refusal for a `kong config parse` that failed: which plugin, and Kong's own words. */
export function preflightRefusal(failure: PreflightFailure): KongcrateError {
  const { result, listed, changed } = failure;
  const words = wordsOf(result.output);
  // Kong tells the entry of a configuration that it refuses by its number alone.
  const named = listed.filter((name) => isNamedByKong(name, result.output)).slice(0, 1);
  const plugins = named.length > 0 ? named : changed;
  return new KongcrateError('PLUGIN_REFUSED', describe(failure, plugins, words), {
    remedy:
      'Nothing was switched. Mend the plugin, or the configuration that Kong complains about, and run the command again.',
    details: {
      reason: result.endedFor === 'time' ? 'PREFLIGHT_TIMEOUT' : 'PREFLIGHT',
      plugins,
      output: words,
    },
  });
}

function describe(
  { result, configuration }: PreflightFailure,
  plugins: readonly string[],
  words: string,
): string {
  const which = plugins.length > 0 ? plugins.join(', ') : 'the listed plugins';
  if (result.endedFor === 'time')
    return `Kong did not come to an end with ${which}: a plugin never returns while it is loaded`;
  const said = translate(words) || `exit ${result.exitCode ?? 'by a signal'}`;
  return words.startsWith('Failed parsing')
    ? `Kong refuses ${configuration} with ${which}: ${said}`
    : `Kong refuses ${which}: ${said}`;
}

function wordsOf(output: string): string {
  const said = output.replace(/^\s*Error: /, '').replace(/\s*Run with --v \(verbose\)[^\n]*/, '');
  return redactText(said).slice(0, MAX_TEXT_LENGTH);
}

function translate(words: string): string {
  return words.includes(ABSENT)
    ? `it finds no handler or no schema of a listed plugin (it says only: ${ABSENT})`
    : words;
}
