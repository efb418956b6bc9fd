import { messageOf, KongcrateError } from '../errors/kongcrate-error.ts';
import { parseRepositoryName } from '../reference/reference.ts';
import type { OpenOptions } from '../workflows/open-store.ts';
import type { Call } from './action.ts';
import { isSet } from './context.ts';
import { registryOf } from './given-credentials.ts';

/** cosign's name for it, in both versions; it has no flag. */
const VARIABLE = 'COSIGN_REPOSITORY';

/**
 * The repository that holds the signatures, where the environment names one. It is told, since
 * nobody sees it on the command line. Layouts keep their own, so without a registry it says nothing.
 * @throws KongcrateError USAGE
 */
export function signatureRepositoryOf(
  references: readonly string[],
  { context, note }: Pick<Call, 'context' | 'note'>,
): Pick<OpenOptions, 'signatureRepository'> {
  if (!isSet(context, VARIABLE) || references.flatMap(registryOf).length === 0) return {};
  const signatureRepository = readName(context.environment[VARIABLE] ?? '');
  note(`signatures: in ${signatureRepository} (${VARIABLE})`);
  return { signatureRepository };
}

function readName(text: string): string {
  try {
    return parseRepositoryName(text);
  } catch (error) {
    throw new KongcrateError('USAGE', `${VARIABLE}: ${messageOf(error)}`, {
      remedy: 'Set it to REGISTRY/REPOSITORY without tag and digest, or unset it.',
      cause: error,
    });
  }
}
