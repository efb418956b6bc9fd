import { isMap, isScalar, isSeq, type Node, type Scalar } from 'yaml';
import { KongcrateError } from '../../errors/kongcrate-error.ts';
import { lineAt, policyInvalid, type YamlSource } from './policy-invalid.ts';

/** Where a value stands: the file, the character, and the keys that lead there. */
interface Place {
  readonly source: YamlSource;
  readonly offset: number;
  readonly path: string;
}

const CONTROL = /[\0-\x08\x0B\x0C\x0E-\x1F\x7F]/;

/**
 * A value of a YAML file that knows where it stands, so that whatever is wrong with it is said with
 * line, column and what is allowed there. It is strict about types: `yes` is a text, `02` no number.
 * Every method throws KongcrateError POLICY_INVALID.
 */
export class YamlValue {
  readonly #node: Node | null;
  readonly #place: Place;

  constructor(node: Node | null, place: Place) {
    this.#node = node;
    this.#place = { ...place, offset: node?.range?.[0] ?? place.offset };
  }

  get line(): number {
    return lineAt(this.#place.source, this.#place.offset);
  }

  /** The error for this place. */
  invalid(message: string, remedy: string, cause?: unknown): KongcrateError {
    const { source, offset, path } = this.#place;
    const where = path === '' ? '' : `${path}: `;
    return policyInvalid({ ...source, offset }, `${where}${message}`, { remedy, cause });
  }

  /** A mapping with keys of these names only, each once. */
  fields<Name extends string>(names: readonly Name[]): Partial<Readonly<Record<Name, YamlValue>>> {
    if (!isMap<Scalar, Node | null>(this.#node) || this.#node.items.length === 0)
      throw this.#expected(`a mapping with ${names.join(', ')}`);
    const fields: Partial<Record<Name, YamlValue>> = {};
    for (const { key, value } of this.#node.items) {
      const named = this.#inside(key, `.${String(key.value)}`);
      const name = names.find((one) => one === key.value);
      const remedy = `Allowed here: ${names.join(', ')}.`;
      if (name === undefined) throw named.invalid('there is no such key', remedy);
      if (fields[name]) throw named.invalid('this key stands here twice', 'Keep one of the two.');
      fields[name] = new YamlValue(value, named.#place);
    }
    return fields;
  }

  /** A list with at least one item. */
  items(): readonly YamlValue[] {
    if (!isSeq<Node | null>(this.#node) || this.#node.items.length === 0)
      throw this.#expected('a list with at least one item');
    return this.#node.items.map((item, index) => this.#inside(item, `[${index}]`));
  }

  /** A list of texts; one text stands for a list of one. */
  textItems(): readonly YamlValue[] {
    return isSeq(this.#node) ? this.items() : [this];
  }

  /** A text that is not empty. */
  text(): string {
    const value = isScalar(this.#node) ? this.#node.value : undefined;
    if (typeof value !== 'string' || value === '')
      throw this.#expected('a text; put it in quotes where YAML reads something else');
    if (findControl(value) >= 0)
      throw this.invalid('a control character is in this text', 'Remove it.');
    return value;
  }

  /** What `read` makes of the text; what it finds wrong with it gets line and column. */
  read<Value>(read: (text: string) => Value): Value {
    const text = this.text();
    try {
      return read(text);
    } catch (error) {
      throw this.#located(error);
    }
  }

  /** The same for what is read in its own time. */
  async readLater<Value>(read: (text: string) => Promise<Value>): Promise<Value> {
    const text = this.text();
    try {
      return await read(text);
    } catch (error) {
      throw this.#located(error);
    }
  }

  /** One of a few words. */
  word<Word extends string>(...words: readonly Word[]): Word {
    const value = isScalar(this.#node) ? this.#node.value : undefined;
    const word = words.find((one) => one === value);
    if (word === undefined) throw this.#expected(words.join(' or '));
    return word;
  }

  /** `true` or `false`, and not what else YAML 1.1 took for it. */
  flag(): boolean {
    const value = isScalar(this.#node) ? this.#node.value : undefined;
    if (typeof value !== 'boolean') throw this.#expected('true or false');
    return value;
  }

  /** A whole number from 1 in plain digits: no quotes, no leading zero, no other base. */
  count(maximum: number): number {
    const node = this.#node;
    const isPlain = isScalar(node) && /^[1-9][0-9]{0,8}$/.test(node.source ?? '');
    const value = isPlain ? node.value : undefined;
    if (typeof value !== 'number' || value > maximum)
      throw this.#expected(`a whole number from 1 to ${maximum}, in plain digits`);
    return value;
  }

  #inside(node: Node | null, step: string): YamlValue {
    const { path } = this.#place;
    return new YamlValue(node, { ...this.#place, path: `${path}${step}`.replace(/^\./, '') });
  }

  #located(error: unknown): unknown {
    if (!(error instanceof KongcrateError) || error.category !== 'usage') return error;
    // What a value of this file says already has its place.
    if (error.code === 'POLICY_INVALID') return error;
    return this.invalid(error.message, error.remedy, error);
  }

  #expected(what: string): KongcrateError {
    return this.invalid(`${describe(this.#node)} stands here`, `Allowed here: ${what}.`);
  }
}

/**
 * Demands that a key stands in a mapping.
 * @throws KongcrateError POLICY_INVALID
 */
export function required<Value>(value: Value | undefined, mapping: YamlValue, name: string): Value {
  if (value !== undefined) return value;
  throw mapping.invalid(`${name} is missing`, `Add ${name}.`);
}

/** Where a character stands that no text of a policy holds, NUL among them; -1 for nowhere. */
export function findControl(text: string): number {
  return text.search(CONTROL);
}

/** What was written, as YAML reads it. */
function describe(node: Node | null): string {
  if (isSeq(node)) return node.items.length === 0 ? 'an empty list' : 'a list';
  if (isMap(node)) return node.items.length === 0 ? 'an empty mapping' : 'a mapping';
  if (!isScalar(node) || node.value === null) return 'nothing';
  return typeof node.value === 'string'
    ? `the text ${JSON.stringify(node.value)}`
    : `the ${typeof node.value} ${node.source ?? ''}`;
}
