import { Readable } from 'node:stream';
import { KongcrateError } from '../errors/kongcrate-error.ts';
import { isDigest, type Digest } from '../reference/digest.ts';
import type { CallOptions, ReadableStore, ReferrersOptions } from './content-store.ts';
import type { Descriptor } from './descriptor.ts';
import { isPassing, type StoreLink } from './store-link.ts';
import { verifiedStream } from './verified-stream.ts';

/** Tags made of a digest (`.sig`, `.att`, the fallback tag): what is there counts by itself. */
const BESIDE = /^sha256-[0-9a-f]{64}(?:\.[a-z]+)?$/;

type Links = readonly [StoreLink, ...StoreLink[]];
type Question<Answer> = (store: ReadableStore) => Promise<Answer>;

interface Answered<Answer> {
  readonly answer: Answer;
  /** The links after the one that answered. */
  readonly rest: readonly StoreLink[];
  readonly link: StoreLink;
}

/**
 * Stores that hold the same, or a part of it, asked in order: the first one that has something
 * answers. An empty list of referrers counts as nothing, since mirrors know of none that they were
 * never asked for; what the last one says stands.
 */
export class StoreChain implements ReadableStore {
  readonly #links: Links;
  /** Who gave a manifest, and so has it at hand. */
  readonly #holders: Map<Digest, StoreLink> = new Map<Digest, StoreLink>();

  constructor(links: Links) {
    this.#links = links;
  }

  async resolve(tagOrDigest = 'latest', options: CallOptions = {}): Promise<Descriptor> {
    const needsTags = !isDigest(tagOrDigest) && !BESIDE.test(tagOrDigest);
    const links = needsTags ? this.#links.filter(({ place }) => place.hasTags) : this.#links;
    const { answer, link } = await ask(links, (store) => store.resolve(tagOrDigest, options));
    this.#holders.set(answer.digest, link);
    return answer;
  }

  /** The last one alone: a mirror may hold an old tag. */
  async peek(tag: string, options: CallOptions = {}): Promise<Digest> {
    return (await ask(this.#links.slice(-1), (store) => store.peek(tag, options))).answer;
  }

  async open(descriptor: Descriptor, options: CallOptions = {}): Promise<Readable> {
    const holder = this.#holders.get(descriptor.digest);
    const others = this.#links.filter((link) => link !== holder);
    const question: Question<Readable> = (store) => store.open(descriptor, options);
    const opened = await ask(holder ? [holder, ...others] : others, question);
    if (opened.link.place.namedBy === undefined) return opened.answer;
    return verifiedStream(Readable.from(continued(opened, question)), descriptor);
  }

  async exists(descriptor: Descriptor, options: CallOptions = {}): Promise<boolean> {
    const question: Question<boolean> = (store) => store.exists(descriptor, options);
    return (await ask(this.#links, question, Boolean)).answer;
  }

  async referrers(
    subject: Digest,
    artifactType?: string,
    options: ReferrersOptions = {},
  ): Promise<readonly Descriptor[]> {
    const question: Question<readonly Descriptor[]> = (store) =>
      store.referrers(subject, artifactType, options);
    return (await ask(this.#links, question, ({ length }) => length > 0)).answer;
  }

  /** The last one first: the others may have a part of the tags, and nobody would see it. */
  async tags(options: CallOptions = {}): Promise<readonly string[]> {
    const links = this.#links.filter(({ place }) => place.hasTags).reverse();
    return (await ask(links, (store) => store.tags(options))).answer;
  }
}

async function ask<Answer>(
  links: readonly StoreLink[],
  question: Question<Answer>,
  isAnswer: (answer: Answer) => boolean = () => true,
): Promise<Answered<Answer>> {
  const passed: string[] = [];
  for (const [index, link] of links.entries()) {
    const rest = links.slice(index + 1);
    try {
      const answer = await link.ask(question);
      if (rest.length === 0 || isAnswer(answer)) return { answer, rest, link };
      passed.push(`${link.place.name} has none`);
    } catch (error) {
      if (!isPassing(error)) throw error;
      if (rest.length === 0) throw withPassed(error, passed);
      passed.push(error.message);
    }
  }
  throw new KongcrateError('NOT_FOUND', 'no mirror may be asked for a tag', {
    remedy: 'Name a digest.',
  });
}

/** What the last one says stands; where it says nothing, the others' words belong to it. */
function withPassed(error: KongcrateError, passed: readonly string[]): KongcrateError {
  if (error.code === 'NOT_FOUND' || passed.length === 0) return error;
  const { code, message, remedy, details } = error;
  const before = passed.map((text) => `\n  before: ${text}`).join('');
  return new KongcrateError(code, `${message}${before}`, { remedy, details, cause: error });
}

/**
 * The bytes of what was opened; where they break off, the rest comes from the next one that has
 * it. Whoever reads this checks the whole: each stream checks its own bytes only.
 */
async function* continued(
  opened: Answered<Readable>,
  question: Question<Readable>,
): AsyncGenerator<Buffer, void> {
  let current = opened;
  let doneBytes = 0;
  for (;;) {
    try {
      let knownBytes = doneBytes;
      for await (const chunk of current.answer as AsyncIterable<Buffer>) {
        const fresh = chunk.subarray(knownBytes);
        knownBytes = Math.max(0, knownBytes - chunk.length);
        doneBytes += fresh.length;
        if (fresh.length > 0) yield fresh;
      }
      return;
    } catch (error) {
      const failure = current.link.judge(error);
      if (current.rest.length === 0 || !isPassing(failure)) throw failure;
      current = await ask(current.rest, question);
    }
  }
}
