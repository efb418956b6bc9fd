import { KongcrateError } from '../../errors/kongcrate-error.ts';

interface Place {
  readonly file: string;
  readonly line: number;
}

/**
 * A table of a TOML file that knows where it begins, so that what is wrong in it is said with the
 * line. Every method throws KongcrateError MIRRORS_INVALID.
 */
export class TomlTable {
  readonly #values: Readonly<Record<string, unknown>>;
  readonly #place: Place;

  constructor(values: Readonly<Record<string, unknown>>, place: Place) {
    this.#values = values;
    this.#place = place;
  }

  /** `FILE:LINE` */
  get origin(): string {
    return `${this.#place.file}:${this.#place.line}`;
  }

  /** The same table, known to begin in this line. */
  at(line: number): TomlTable {
    return new TomlTable(this.#values, { ...this.#place, line });
  }

  /** The error for this table. */
  invalid(message: string, remedy: string, cause?: unknown): KongcrateError {
    return new KongcrateError('MIRRORS_INVALID', `${this.origin}: ${message}`, {
      remedy,
      cause,
      details: { ...this.#place },
    });
  }

  has(key: string): boolean {
    return key in this.#values;
  }

  /** What `read` makes of a text; nothing where it is missing or empty, as for containers. */
  text<Value>(key: string, read: (text: string) => Value): Value | undefined {
    const value = this.#values[key];
    if (value === undefined || value === '') return undefined;
    if (typeof value !== 'string') throw this.invalid(`${key} is no text`, 'Put it in quotes.');
    try {
      return read(value);
    } catch (error) {
      if (!(error instanceof KongcrateError) || error.code !== 'USAGE') throw error;
      throw this.invalid(`${key}: ${error.message}`, error.remedy, error);
    }
  }

  flag(key: string): boolean {
    const value = this.#values[key] ?? false;
    if (typeof value === 'boolean') return value;
    throw this.invalid(`${key} is neither true nor false`, 'Write true or false without quotes.');
  }

  /** The tables of a list; none where it is missing. */
  tables(key: string): readonly TomlTable[] {
    const value = this.#values[key] ?? [];
    if (!Array.isArray(value) || !value.every(isTable))
      throw this.invalid(`${key} is no list of tables`, `Write [[${key}]] before each of them.`);
    return value.map((one) => new TomlTable(one, this.#place));
  }
}

function isTable(value: unknown): value is Readonly<Record<string, unknown>> {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}
