import { expect, vi } from 'vitest';

const WAIT = { interval: 10, timeout: 30_000 };

/** Asserts, inside a test, on what becomes true sooner or later. */
export function eventually<T>(read: () => T | Promise<T>): ReturnType<typeof expect.poll<T>> {
  return expect.poll(read, WAIT);
}

/** Waits for a condition, hooks and helpers included. */
export async function until(condition: () => boolean | Promise<boolean>): Promise<void> {
  await vi.waitUntil(condition, WAIT);
}
