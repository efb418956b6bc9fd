import { readFileSync, renameSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { flattenEntities } from './flatten-entities.js';

const NOTHING = { services: [], routes: [], consumers: [], plugins: [] };

/**
 * The entities of a node in a JSON file that every process of it sees: LMDB without a database,
 * else what stands for PostgreSQL. What is in it was judged when it was written, never when read.
 */
export class EntityFile {
  #path;
  #stamp;
  #entities = NOTHING;

  constructor(path) {
    this.#path = path;
  }

  #state() {
    return statSync(this.#path, { bigint: true, throwIfNoEntry: false });
  }

  exists() {
    return this.#state() !== undefined;
  }

  read() {
    const state = this.#state();
    const stamp = state && `${state.ino} ${state.mtimeNs} ${state.size}`;
    if (stamp !== this.#stamp) {
      const found = state && flattenEntities(JSON.parse(readFileSync(this.#path, 'utf8')));
      this.#entities = found ?? NOTHING;
      this.#stamp = stamp;
    }
    return this.#entities;
  }

  write({ services, routes, consumers, plugins }) {
    const aside = `${this.#path}.${process.pid}`;
    writeFileSync(aside, JSON.stringify({ services, routes, consumers, plugins }));
    renameSync(aside, this.#path);
  }

  clear() {
    rmSync(this.#path, { force: true });
  }
}
