import { fileURLToPath } from 'node:url';

/** The project's directory: scripts/bench.js writes the program as deep below it as this file is. */
export const ROOT: string = fileURLToPath(new URL('../../', import.meta.url));
