const CUT = '***';

/** C0 and C1 controls but the line feed, and the characters that turn text around (UTS 55). */
const CONTROLS = /[\u0000-\u0009\u000b-\u001f\u007f-\u009f\u200e\u200f\u202a-\u202e\u2066-\u2069]/g;

/**
 * What a secret looks like in running text. Every pattern is linear: one can begin only where the
 * characters that it runs over cannot stand before it.
 */
const SECRETS: readonly (readonly [pattern: RegExp, replacement: string])[] = [
  [/-----BEGIN [A-Z0-9 ]*PRIVATE KEY-----(?:(?!-----END)[^])*/g, CUT],
  [/\b((?:proxy-)?authorization|(?:set-)?cookie)("?\s*[:=])[^\n]*/gi, `$1$2 ${CUT}`],
  // Not the parameters of a challenge: `Bearer realm="…"` is what a reader needs to see.
  [/\b(bearer|basic)[ \t]+(?!\w+=")[^\s"',;]+/gi, `$1 ${CUT}`],
  [/(token|password|passwd|secret|\bpin)("?\s*[:=]\s*)(?:"[^"\n]*|[^\s"&,;}]+)/gi, `$1$2${CUT}`],
  [/(?<![\w-])eyJ[\w-]*\.[\w.-]*/g, CUT],
  [/:\/\/[^\s/?#]*@/g, `://${CUT}@`],
  [/([?&][^\s=&?#"']*=)[^\s&?#"']*/g, `$1${CUT}`],
];

/**
 * A URL as it may be shown: userinfo, the values of its query and its fragment are cut, since a
 * pre-signed query is a secret.
 */
export function redactUrl(url: URL): string {
  const shown = new URL(url);
  shown.username = '';
  shown.password = '';
  shown.hash = '';
  shown.search = '';
  const query = url.search.slice(1).replace(/(^|&)([^&=]*=)?[^&]*/g, `$1$2${CUT}`);
  return url.search === '' ? shown.href : `${shown.href}?${query}`;
}

/**
 * Foreign text as it may be shown: one line without control characters, tokens, credentials,
 * userinfo and query values. Takes time linear in the text.
 */
export function redactText(text: string): string {
  // Controls go first: one in the middle of a token would hide the rest of it.
  const plain = text.replace(/\r\n?|[\u2028\u2029]/g, '\n').replace(CONTROLS, '');
  const redacted = SECRETS.reduce(
    (shown, [pattern, replacement]) => shown.replace(pattern, replacement),
    plain,
  );
  return redacted.replaceAll('\n', ' ').trim();
}
