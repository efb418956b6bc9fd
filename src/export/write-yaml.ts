import { Document, visit } from 'yaml';

/** What no parser of YAML 1.1 or 1.2 takes for anything but a text. */
const PLAIN =
  /^(?!(?:y|n|yes|no|on|off|true|false|null)$)[A-Za-z/](?:[A-Za-z0-9./@:_-]*[A-Za-z0-9._/-])?$/i;
/** Characters that every parser takes as they are: the others are breaks of lines to some. */
const CLEAR = String.raw`\t\n\x20-\x7e\u{a0}-\u{2027}\u{202a}-\u{d7ff}\u{e000}-\u{fefe}\u{ff00}-\u{fffd}\u{10000}-\u{10ffff}`;
const UNCLEAR = new RegExp(`[^${CLEAR}]`, 'gu');
/** Lines that can stand as they are; indented ones would be taken for another indentation. */
const LITERAL = new RegExp(`^(?![\\t\\n ])[${CLEAR}]+$`, 'u');

/**
 * A YAML document that the parsers of Kubernetes and Helm (YAML 1.1) read as what it was made of:
 * whatever a text holds, it stays one text.
 * @param comments the first lines, each a comment already
 */
export function writeYaml(value: object, comments: readonly string[] = []): string {
  const document = new Document(value);
  visit(document, {
    Scalar(_key, node) {
      if (typeof node.value === 'string') node.type = styleOf(node.value);
    },
  });
  // What is not clear stands in double quotes only.
  const text = document.toString({ lineWidth: 0 }).replace(UNCLEAR, escapeCharacter);
  return [...comments, text].join('\n');
}

function styleOf(text: string): 'PLAIN' | 'BLOCK_LITERAL' | 'QUOTE_DOUBLE' {
  if (PLAIN.test(text)) return 'PLAIN';
  return text.includes('\n') && LITERAL.test(text) ? 'BLOCK_LITERAL' : 'QUOTE_DOUBLE';
}

/** YAML 1.1 and 1.2, "Escaped Characters": four digits are enough below U+10000. */
function escapeCharacter(character: string): string {
  return `\\u${character.charCodeAt(0).toString(16).padStart(4, '0')}`;
}
