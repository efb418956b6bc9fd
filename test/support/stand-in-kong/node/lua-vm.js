import { spawn } from 'node:child_process';
import { createInterface } from 'node:readline';
import { fileURLToPath } from 'node:url';
import { toLua } from './to-lua.js';

const INTERPRETER = 'luajit';
const PROGRAM = fileURLToPath(new URL('../lua/vm.lua', import.meta.url));

/** A Lua VM in a process of its own, which keeps what it has loaded for life. */
export class LuaVm {
  #child;
  #answers = [];
  #ended = false;

  /** @param output descriptors that take what plugins print; @param kind `worker` ends with us */
  constructor(output, kind) {
    this.#child = spawn(INTERPRETER, [PROGRAM, kind], { stdio: ['pipe', ...output, 'pipe'] });
    this.#child.stdin.on('error', () => undefined);
    this.#child.on('error', (error) => this.#fail(error.message));
    this.#child.on('close', () => this.#fail('the Lua VM ended'));
    createInterface({ input: this.#child.stdio[3] }).on('line', (line) => {
      this.#answers.shift()?.resolve(JSON.parse(line));
    });
  }

  /** Sends a command; the answers come in the order of the commands. */
  send(command) {
    return new Promise((resolve, reject) => {
      if (this.#ended) return reject(new Error('the Lua VM ended'));
      this.#answers.push({ resolve, reject });
      this.#child.stdin.write(`${toLua(command)}\n`);
    });
  }

  /** Like `send`, for commands whose problem is the caller's. */
  async demand(command) {
    const answer = await this.send(command);
    if (answer.problem !== undefined) throw new Error(answer.problem);
    return answer;
  }

  close() {
    this.#child.stdin.end();
  }

  #fail(message) {
    this.#ended = true;
    for (const { reject } of this.#answers.splice(0)) reject(new Error(message));
  }
}
