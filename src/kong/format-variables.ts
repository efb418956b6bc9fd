import { KongcrateError } from '../errors/kongcrate-error.ts';

export type Variables = Readonly<Record<string, string>>;

export type VariablesFormat = 'shell' | 'dotenv' | 'systemd' | 'docker' | 'k8s';

export const VARIABLES_FORMATS: readonly VariablesFormat[] = [
  'shell',
  'dotenv',
  'systemd',
  'docker',
  'k8s',
];

/** Values that mean themselves wherever variables are set. */
const PLAIN = /^[A-Za-z0-9_,./:@-]+$/;

/**
 * Writes variables for what starts Kong:
 * - `shell`: `export` lines for any POSIX shell
 * - `dotenv`: as Docker Compose and the dotenv libraries read it
 * - `systemd`: a drop-in for a unit (systemd.exec(5), `Environment=`)
 * - `docker`: for `docker run --env-file`, which knows no quotes at all
 * - `k8s`: items for `env:` of a container
 * @throws KongcrateError USAGE for a value of several lines, which some of them cannot hold
 */
export function formatVariables(variables: Variables, format: VariablesFormat): string {
  const lines = Object.entries(variables).map(([name, value]) => {
    if (/[\r\n\0]/.test(value))
      throw new KongcrateError('USAGE', `${name} has several lines: ${JSON.stringify(value)}`, {
        remedy: 'Put it right where it is set.',
      });
    return formatLine(name, value, format);
  });
  return [...(format === 'systemd' ? ['[Service]'] : []), ...lines].join('\n');
}

function formatLine(name: string, value: string, format: VariablesFormat): string {
  switch (format) {
    case 'shell':
      return `export ${assignment(name, value)}`;
    case 'dotenv':
      return `${name}=${PLAIN.test(value) ? value : quoteForDotenv(value)}`;
    case 'systemd':
      // Specifiers are expanded, variables are not; backslash and quote as in C.
      return `Environment="${escapeQuoted(`${name}=${value}`, /["\\]/g).replaceAll('%', '%%')}"`;
    case 'docker':
      return `${name}=${value}`;
    case 'k8s':
      // Kubernetes replaces $(NAME), and takes $$ for a dollar.
      return `- name: ${name}\n  value: ${JSON.stringify(value.replaceAll('$(', '$$$$('))}`;
  }
}

/** `NAME=value` as a POSIX shell takes it, before a command or behind `export`. */
export function assignment(name: string, value: string): string {
  return `${name}=${shellWord(value)}`;
}

/** A text as one word of a POSIX shell. */
export function shellWord(text: string): string {
  return PLAIN.test(text) ? text : `'${text.replaceAll("'", "'\\''")}'`;
}

/** In single quotes everything is literal; where one stands inside, only double quotes are left. */
function quoteForDotenv(value: string): string {
  return value.includes("'") ? `"${escapeQuoted(value, /["\\$]/g)}"` : `'${value}'`;
}

function escapeQuoted(text: string, characters: RegExp): string {
  return text.replaceAll(characters, (character) => `\\${character}`);
}
