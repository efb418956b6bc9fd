import { KongcrateError } from '../../errors/kongcrate-error.ts';
import { redactText } from '../../http/redact.ts';

/** A key that a program keeps: `SCHEME://RESOURCE`. */
export interface ProgramKey {
  /** The program that is asked: `sigstore-kms-SCHEME`. */
  readonly program: string;
  /** What the program calls the key; only the program understands it. */
  readonly resource: string;
}

/** No path: a scheme is a part of a file's name. */
const PROGRAM_KEY = /^([A-Za-z0-9][A-Za-z0-9+._-]*):\/\/(.*)$/s;
/** The address of RFC 7512, which has no slashes, as cosign's own PKCS#11 takes it. */
const PKCS11_URI = 'pkcs11:';

/** Whether a key's name says that a program keeps it; `env://` is read by the command line itself. */
export function isProgramKey(name: string): boolean {
  if (name.startsWith('env://')) return false;
  return PROGRAM_KEY.test(name) || name.startsWith(PKCS11_URI);
}

/**
 * Reads `SCHEME://RESOURCE`.
 * @throws KongcrateError KEY_INVALID
 */
export function parseProgramKey(name: string): ProgramKey {
  const [, scheme, resource] = PROGRAM_KEY.exec(name) ?? [];
  if (scheme !== undefined && resource !== undefined)
    return { program: `sigstore-kms-${scheme}`, resource };
  throw new KongcrateError(
    'KEY_INVALID',
    `${redactText(name)} does not say which program keeps the key`,
    {
      remedy:
        'Write SCHEME://KEY for a program sigstore-kms-SCHEME; docs/keys.md has one for PKCS#11.',
    },
  );
}
