import { chmodSync, mkdirSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import type { ConfigPlaces } from '../../src/registry/credentials/config-files.ts';
import { temporaryDirectory } from '../support/temporary-directory.ts';

/** A home directory of a test, with helpers of its own on PATH. */
export interface Home extends ConfigPlaces {
  /** Writes a file below the home, readable for its owner only. */
  write(path: string, content: unknown): string;
  /** Makes `docker-credential-NAME` of a shell script; it is the only thing on PATH. */
  addHelper(name: string, script: string): void;
}

export function makeHome(environment: Readonly<Record<string, string>> = {}): Home {
  const home = temporaryDirectory();
  const bin = join(home, 'bin');
  mkdirSync(bin);
  const write = (path: string, content: unknown): string => {
    const file = join(home, path);
    mkdirSync(dirname(file), { recursive: true });
    const text = typeof content === 'string' ? content : JSON.stringify(content);
    writeFileSync(file, text, { mode: 0o600 });
    return file;
  };
  return {
    home,
    environment: { PATH: bin, ...environment },
    write,
    addHelper: (name, script) => {
      chmodSync(write(`bin/docker-credential-${name}`, `#!/bin/sh\n${script}\n`), 0o755);
    },
  };
}

/** An entry of `auths` as docker writes it. */
export function auth(username: string, password: string): { auth: string } {
  return { auth: Buffer.from(`${username}:${password}`).toString('base64') };
}
