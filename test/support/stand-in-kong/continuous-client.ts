import { ask, type Answer } from './ask.ts';

/** A client that asks a node all the time, one request after the other. */
export class ContinuousClient {
  /** What was not a 200: the status or the error, in order. */
  readonly failures: string[] = [];
  /** Every answer, failures included, in order. */
  readonly answers: Answer[] = [];
  requests = 0;
  #stopped = false;
  readonly #work: Promise<void>;

  constructor(url: string) {
    this.#work = this.#run(url);
  }

  /** The latest answer's header, which says which version of a plugin served it. */
  header(name: string): string | undefined {
    return this.answers.at(-1)?.headers[name]?.toString();
  }

  /** Comes back when the request that is under way is answered. */
  async stop(): Promise<void> {
    this.#stopped = true;
    await this.#work;
  }

  async #run(url: string): Promise<void> {
    while (!this.#stopped) {
      try {
        const answer = await ask(url);
        this.answers.push(answer);
        if (answer.status !== 200) this.failures.push(String(answer.status));
      } catch (error) {
        this.failures.push(String(error));
      }
      this.requests += 1;
      await new Promise(setImmediate);
    }
  }
}
