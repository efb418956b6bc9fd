import { KongcrateError } from '../../errors/kongcrate-error.ts';
import { canonicalRepository } from './canonical-repository.ts';

/** The repositories that a rule is about. */
export interface RepositoryPattern {
  /** As it stands in the policy. */
  readonly source: string;
  /** The same in the spelling of {@link canonicalRepository}. */
  readonly canonical: string;
  /** Takes what {@link canonicalRepository} gives. */
  readonly expression: RegExp;
}

/** The pattern of any repository whatever. */
const ANY_REPOSITORY = '**';
const REST = /(?<=^|\/)\*\*$/;
const LABEL = 'any';

/**
 * Reads a pattern, `HOST[:PORT]/PATH` in lower case: `*` is any part of one segment of the path,
 * `/**` at its end everything below, `*.` at the beginning exactly one label of the host. A star
 * anywhere else in a host would take `registry.example.com.evil` for one of `example.com`.
 * @throws KongcrateError USAGE with the reason
 */
export function parseRepositoryPattern(source: string): RepositoryPattern {
  if (source === ANY_REPOSITORY) return { source, canonical: source, expression: /^/ };
  const slash = source.indexOf('/');
  const host = source.slice(0, slash);
  const path = source.slice(slash + 1);
  if (slash < 1 || !/[.:]|^localhost$/.test(host)) throw invalid(source, 'it names no registry');
  if (source !== source.toLowerCase()) throw invalid(source, 'it is not in lower case');
  if (/(?<!^)\*|\*(?!\.)/.test(host) || path.split('/').some(hasStrayStar))
    throw invalid(source, 'a star stands where none may stand');
  const canonical = canonicalPattern(source, { host, path });
  return { source, canonical, expression: toExpression(canonical) };
}

/** Whether one pattern takes all that another one takes, so that the other one behind it is dead. */
export function takesAll({ expression }: RepositoryPattern, other: RepositoryPattern): boolean {
  // No repository has a question mark in its name: only a star can take it.
  return ['?', '?/?'].every((rest) =>
    expression.test(other.canonical.replace(REST, rest).replaceAll('*', '?')),
  );
}

function canonicalPattern(source: string, { host, path }: { host: string; path: string }): string {
  const filled = canonicalRepository(fillStars(source));
  if (filled === undefined) throw invalid(source, 'no repository is called so');
  const [filledHost = ''] = filled.split('/');
  const isOfficial = filled !== `${filledHost}/${fillStars(path)}`;
  if (isOfficial && path.includes('*'))
    throw invalid(source, 'one segment on Docker Hub is library/…, so write that, or **');
  const canonicalHost = host.startsWith('*.') ? filledHost.replace(LABEL, '*') : filledHost;
  return `${canonicalHost}/${isOfficial ? 'library/' : ''}${path}`;
}

/** Two stars in a segment could share its characters in many ways; `**` is a segment of its own. */
function hasStrayStar(segment: string, index: number, segments: readonly string[]): boolean {
  const isRest = segment === '**' && index === segments.length - 1;
  return !isRest && segment.split('*').length > 2;
}

/** A repository that the pattern takes: the grammar of names then holds for the pattern too. */
function fillStars(pattern: string): string {
  return pattern.replace(REST, `${LABEL}/${LABEL}`).replaceAll('*', LABEL);
}

function toExpression(canonical: string): RegExp {
  const [host = '', ...path] = canonical.replace(/[^a-z0-9/]/g, '\\$&').split('/');
  const segments = path.map((segment) =>
    segment === '\\*\\*' ? '.+' : segment.replace('\\*', '[^/]*'),
  );
  return new RegExp(`^${[host.replace('\\*', '[^.:/]+'), ...segments].join('/')}$`);
}

function invalid(source: string, why: string): KongcrateError {
  const message = `${JSON.stringify(source)} is no pattern for repositories: ${why}`;
  return new KongcrateError('USAGE', message, {
    remedy:
      'Write HOST[:PORT]/PATH in lower case, such as registry.example.com/acme/*, ' +
      'registry.example.com/** or *.example.com/acme/my-plugin; ** alone is any repository.',
  });
}
