import { existsSync, readdirSync, readFileSync } from 'node:fs';
import type { RequestListener } from 'node:http';
import { dirname, join } from 'node:path';
import { expect } from 'vitest';
import type { ErrorCode } from '../../../src/errors/catalogue.ts';
import {
  updateTrustRoot,
  type TrustRootUpdate,
  type UpdateTrustRootOptions,
} from '../../../src/workflows/trust-root/update-trust-root.ts';
import { startServer } from '../../http/start-server.ts';
import { makeRoot } from '../../signing/keyless.ts';
import { expectError } from '../../support/expect-error.ts';
import { temporaryDirectory } from '../../support/temporary-directory.ts';
import { TufRepository } from '../../support/tuf-repository.ts';

/** Two trusted roots: the second one knows no timestamp authority. */
export const FIRST: Buffer = Buffer.from(JSON.stringify(makeRoot()));
export const SECOND: Buffer = Buffer.from(
  JSON.stringify({ ...makeRoot(), timestampAuthorities: [] }, null, 2),
);
export const PAST = '2020-01-01T00:00:00Z';

/** A real server of a TUF repository, and a file that is kept up to date from it. */
export class TufMirror {
  repository: TufRepository = new TufRepository(FIRST);
  /** What the server does in place of sending a file, by path. */
  readonly answers: Map<string, RequestListener> = new Map<string, RequestListener>();
  /** The paths that were asked for. */
  asked: string[] = [];
  readonly url: string;
  readonly output: string = join(temporaryDirectory(), 'trusted-root.json');

  private constructor(url: string) {
    this.url = url;
  }

  static async start(): Promise<TufMirror> {
    const url = await startServer((request, response) => {
      const path = request.url ?? '';
      mirror.asked.push(path);
      const answer = mirror.answers.get(path);
      const file = mirror.repository.files.get(path);
      if (answer) answer(request, response);
      else response.writeHead(file ? 200 : 404).end(file);
    });
    const mirror: TufMirror = new TufMirror(url.href);
    return mirror;
  }

  update(options: Partial<UpdateTrustRootOptions> = {}): Promise<TrustRootUpdate> {
    const connection = { retries: { wait: () => Promise.resolve() } };
    const root = this.repository.root(1);
    return updateTrustRoot({ output: this.output, mirror: this.url, root, connection, ...options });
  }

  /** Demands that an update fails and leaves the file, and nothing half written beside it. */
  async refuse(code: ErrorCode, options: Partial<UpdateTrustRootOptions> = {}): Promise<string> {
    const before = this.#read();
    const error = await expectError(() => this.update(options), code);
    expect(this.#read()).toEqual(before);
    expect(readdirSync(dirname(this.output)).filter((name) => name.endsWith('.partial'))).toEqual(
      [],
    );
    return error.message;
  }

  #read(): Buffer | undefined {
    return existsSync(this.output) ? readFileSync(this.output) : undefined;
  }
}
