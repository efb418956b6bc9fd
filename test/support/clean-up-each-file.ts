import { afterAll } from 'vitest';
import { cleanUpFile } from './clean-up.ts';

// Runs for each test file, also where the modules of several files are loaded once.
afterAll(cleanUpFile);
