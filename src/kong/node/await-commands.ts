import { readdirSync, readFileSync } from 'node:fs';
import { setTimeout as delay } from 'node:timers/promises';
import { errnoOf } from '../../errors/kongcrate-error.ts';

/** Longer than a command of Kong's takes; our own are given this long too. */
const PATIENCE_MS = 60_000;
const POLL_MS = 50;
const COMMANDS = ['prepare', 'reload', 'restart', 'start'];

/**
 * Waits for the end of commands that still change a prefix: one that a kongcrate started lives on
 * when that is killed, and would write over what is restored.
 */
export async function awaitCommands(prefix: string): Promise<void> {
  const endMs = performance.now() + PATIENCE_MS;
  while (isAtWork(prefix) && performance.now() < endMs) await delay(POLL_MS);
}

function isAtWork(prefix: string): boolean {
  return readdirSync('/proc').some((pid) => {
    const words = /^\d+$/.test(pid) ? readArguments(pid) : [];
    const place = words.indexOf('-p');
    return words[place + 1] === prefix && COMMANDS.some((command) => words.includes(command));
  });
}

function readArguments(pid: string): readonly string[] {
  try {
    return readFileSync(`/proc/${pid}/cmdline`, 'utf8').split('\0');
  } catch (error) {
    if (errnoOf(error) === undefined) throw error;
    return [];
  }
}
