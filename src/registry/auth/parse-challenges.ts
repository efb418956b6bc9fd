/** One challenge of a WWW-Authenticate header; scheme and parameter names in lower case. */
export interface Challenge {
  readonly scheme: string;
  readonly parameters: ReadonlyMap<string, string>;
}

interface Draft {
  readonly scheme: string;
  readonly parameters: Map<string, string>;
  isBroken: boolean;
}

/** RFC 9110 5.6.2. */
const TOKEN = /^[!#$%&'*+.^_`|~0-9A-Za-z-]+$/;

/**
 * Reads a WWW-Authenticate header (RFC 9110 11.6.1): any number of challenges, separated by the
 * same commas as the parameters inside them. A challenge that cannot be read, or that repeats a
 * parameter, is left out; the others count. Takes time linear in the header's length.
 */
export function parseChallenges(header: string): readonly Challenge[] {
  const drafts: Draft[] = [];
  for (const element of splitAtCommas(header)) readElement(element, drafts);
  return drafts.filter(({ isBroken, scheme }) => !isBroken && TOKEN.test(scheme));
}

/** Cuts a list at the commas that stand outside quoted strings (RFC 9110 5.6.1 and 5.6.4). */
function splitAtCommas(header: string): readonly string[] {
  const elements: string[] = [];
  let start = 0;
  let isQuoted = false;
  for (let at = 0; at < header.length; at += 1) {
    const character = header.charAt(at);
    if (character === '"') isQuoted = !isQuoted;
    else if (character === '\\' && isQuoted) at += 1;
    else if (character === ',' && !isQuoted) {
      elements.push(header.slice(start, at));
      start = at + 1;
    }
  }
  return [...elements, header.slice(start)].map((text) => text.trim()).filter(Boolean);
}

/** An element is `name=value`, a scheme, or a scheme with its first `name=value` or a token68. */
function readElement(element: string, drafts: Draft[]): void {
  const equals = element.indexOf('=');
  const words = (equals < 0 ? element : element.slice(0, equals)).trim().split(/[ \t]+/);
  const startsChallenge = equals < 0 || words.length > 1;
  if (startsChallenge)
    drafts.push({
      scheme: (words[0] ?? '').toLowerCase(),
      parameters: new Map(),
      isBroken: words.length > 2,
    });
  const draft = drafts.at(-1);
  if (draft === undefined || equals < 0) return;
  const name = (words.at(-1) ?? '').toLowerCase();
  const value = readValue(element.slice(equals + 1).trim());
  if (value === undefined || !TOKEN.test(name) || draft.parameters.has(name)) draft.isBroken = true;
  else draft.parameters.set(name, value);
}

/** A token, or the content of a quoted string; undefined for anything else. */
function readValue(text: string): string | undefined {
  if (!text.startsWith('"')) return TOKEN.test(text) ? text : undefined;
  let value = '';
  for (let at = 1; at < text.length; at += 1) {
    if (text.charAt(at) === '"') return at === text.length - 1 ? value : undefined;
    if (text.charAt(at) === '\\') at += 1;
    value += text.charAt(at);
  }
  return undefined;
}
