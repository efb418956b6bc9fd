import { createCipheriv } from 'node:crypto';

/** Bytes that no compressor shrinks, and the same ones in every run. */
export function randomBytes(): (count: number) => Buffer {
  const cipher = createCipheriv('aes-256-ctr', Buffer.alloc(32, 'kongcrate'), Buffer.alloc(16));
  return (count) => cipher.update(Buffer.alloc(count));
}
