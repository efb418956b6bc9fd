import { Document, visit } from 'yaml';

/** What no parser of YAML 1.1 or 1.2 takes for anything but a text. */
const PLAIN =
  /^(?!(?:y|n|yes|no|on|off|true|false|null)$)[A-Za-z/](?:[A-Za-z0-9./@:_-]*[A-Za-z0-9._/-])?$/i;
/** Lines as they are: not indented themselves, and with no line break or other that some parser changes. */
const LITERAL =
  /^(?![\t\n ])[\t\n\x20-\x7e\u{a0}-\u{2027}\u{202a}-\u{d7ff}\u{e000}-\u{fefe}\u{ff00}-\u{fffd}]+$/u;

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
  return [...comments, document.toString({ lineWidth: 0 })].join('\n');
}

function styleOf(text: string): 'PLAIN' | 'BLOCK_LITERAL' | 'QUOTE_DOUBLE' {
  if (PLAIN.test(text)) return 'PLAIN';
  return text.includes('\n') && LITERAL.test(text) ? 'BLOCK_LITERAL' : 'QUOTE_DOUBLE';
}
