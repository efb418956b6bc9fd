import { ask, type Answer } from './ask.ts';

/** A client that asks a node all the time, one request after the other. */
export class ContinuousClient {
  /** What was not a 200: the status or the error, in order. */
  readonly failures: string[] = [];
  requests = 0;
  #last: Answer | undefined;
  #stopped = false;
  readonly #work: Promise<void>;

  constructor(url: string) {
    this.#work = this.#run(url);
  }

  /** The latest answer's header, which says which version of a plugin served it. */
  header(name: string): string | undefined {
    return this.#last?.headers[name]?.toString();
  }

  /** Comes back when the request that is under way is answered. */
  async stop(): Promise<void> {
    this.#stopped = true;
    await this.#work;
  }

  async #run(url: string): Promise<void> {
    while (!this.#stopped) {
      try {
        this.#last = await ask(url);
        if (this.#last.status !== 200) this.failures.push(String(this.#last.status));
      } catch (error) {
        this.failures.push(String(error));
      }
      this.requests += 1;
      await new Promise(setImmediate);
    }
  }
}
