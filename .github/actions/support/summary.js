/**
 * The parts of a step summary. They are HTML inside the Markdown, where no letter of a name draws
 * tables, links or pictures.
 */

export const heading = (text) => `<h3>${escape(text)}</h3>\n\n`;

export const paragraph = (text) => `<p>${escape(text)}</p>\n\n`;

/** Rows of a name and a value; one without a value is left out. */
export function table(rows) {
  const lines = rows
    .filter(([, value]) => value !== undefined && value !== '')
    .map(
      ([name, value]) => `<tr><th>${escape(name)}</th><td><code>${escape(value)}</code></td></tr>`,
    );
  return `<table>\n${lines.join('\n')}\n</table>\n\n`;
}

/** A command to copy, one flag a line. */
export function command(words, flags) {
  const lines = [words, ...flags].map((line) => escape(line.map(quote).join(' ')));
  return `<pre>${lines.join(' \\\n  ')}</pre>\n\n`;
}

/** Who signed, as a row's value. */
export const nameOf = (signer) =>
  signer.kind === 'key' ? `key sha256:${signer.keyId}` : `${signer.subject} (${signer.issuer})`;

const quote = (word) =>
  /^[\w@%+=:,./-]+$/.test(word) ? word : `'${word.replaceAll("'", "'\\''")}'`;

/** No character that ends a line or turns its direction. */
function escape(text) {
  return String(text)
    .replace(/[\u0000-\u001f\u007f-\u009f\u2028-\u202e\u2066-\u2069]/g, ' ')
    .replaceAll('&', '&amp;')
    .replaceAll('<', '&lt;')
    .replaceAll('>', '&gt;')
    .replaceAll('"', '&quot;');
}
