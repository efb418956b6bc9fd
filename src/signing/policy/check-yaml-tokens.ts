import { CST, Lexer } from 'yaml';
import { policyInvalid, type YamlSource } from './policy-invalid.ts';

/** A policy has four levels; the parser takes seconds and a gigabyte for a million brackets. */
const MAX_DEPTH = 16;
/** What the lexer puts between the pieces of the text without being one. */
const MARKS = new Set(['doc-mode', 'flow-error-end', 'scalar']);

const BRACKETS: Readonly<Record<string, number>> = {
  'flow-seq-start': 1,
  'flow-map-start': 1,
  'flow-seq-end': -1,
  'flow-map-end': -1,
};

/** Parts of YAML that make one text mean another, or more than what stands there. */
const REFUSED: Readonly<Record<string, string>> = {
  anchor: 'an anchor',
  alias: 'an alias',
  tag: 'a tag',
  'directive-line': 'a directive',
  'explicit-key-ind': 'a key behind a question mark',
};

/**
 * Looks through the pieces of a YAML text before it is parsed, in linear time. Without anchors and
 * aliases nothing can multiply ("billion laughs"), and whoever reads the file sees what it says.
 * @throws KongcrateError POLICY_INVALID
 */
export function checkYamlTokens(source: YamlSource): void {
  let offset = 0;
  let brackets = 0;
  let dashes = 0;
  for (const token of new Lexer().lex(source.text)) {
    const type = CST.tokenType(token) ?? '';
    if (MARKS.has(type)) continue;
    const refused = REFUSED[type];
    if (refused !== undefined)
      throw policyInvalid({ ...source, offset }, `${refused} stands here: ${token}`, {
        remedy: 'Write everything out where it belongs, in plain mappings, lists and texts.',
      });
    brackets += BRACKETS[type] ?? 0;
    // A list in a list can open on one line; what is nested by indentation pays in bytes.
    dashes = type === 'newline' ? 0 : dashes + (type === 'seq-item-ind' ? 1 : 0);
    if (brackets + dashes > MAX_DEPTH)
      throw policyInvalid({ ...source, offset }, `this is nested deeper than ${MAX_DEPTH} levels`, {
        remedy: 'Compare it with docs/kongcrate-yaml.md: a rule needs four levels.',
      });
    offset += token.length;
  }
}
