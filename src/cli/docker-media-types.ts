import type { Command } from 'commander';
import type { Call } from './action.ts';
import type { SignFlags } from './sign-options.ts';

/** cosign's name for it, in both versions; it has no flag. */
const VARIABLE = 'COSIGN_DOCKER_MEDIA_TYPES';
/** What cosign takes for yes (Go's strconv.ParseBool). */
const YES: ReadonlySet<string> = new Set(['1', 't', 'T', 'TRUE', 'true', 'True']);

export function addDockerMediaTypesOption(command: Command): void {
  command.option(
    '--docker-media-types',
    "write Docker's media types, for a registry that knows no OCI; legacy signatures only",
  );
}

/**
 * Whether `sign` writes Docker's media types: by the flag, or by cosign's variable, which is told.
 * No variable changes the digest of an artifact, so `push` and `publish` go by the flag alone.
 */
export function withDockerMediaTypes(
  flags: SignFlags,
  { context: { environment }, note }: Pick<Call, 'context' | 'note'>,
): SignFlags {
  const { dockerMediaTypes, signatureFormat = 'legacy' } = flags;
  const isSaid = YES.has(environment[VARIABLE] ?? '') && signatureFormat === 'legacy';
  if (dockerMediaTypes || !isSaid) return flags;
  note(`signature: legacy only, in Docker's media types (${VARIABLE})`);
  return { ...flags, dockerMediaTypes: true };
}
