import { chmodSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { startHttpService } from '../local-sigstore/http-service.ts';
import { temporaryDirectory } from '../temporary-directory.ts';
import { visit, type Visited } from './visit.ts';

/** A machine with a browser. */
export interface Desktop {
  /** Has `xdg-open` in front. */
  readonly path: string;
  /** What was opened, and the page that it came to in the end. */
  readonly visits: readonly { readonly page: string; readonly end: Promise<Visited> }[];
}

/** Its `xdg-open` hands the page to a browser in this process. */
export async function startDesktop(): Promise<Desktop> {
  const visits: { page: string; end: Promise<Visited> }[] = [];
  const browser = await startHttpService(({ body }) => {
    const page = body.toString();
    visits.push({ page, end: visit(page) });
    return { status: 200, body: '' };
  });
  const directory = temporaryDirectory();
  const program = join(directory, 'xdg-open');
  const script = `fetch('${browser.url}', { method: 'POST', body: process.argv[1] })`;
  writeFileSync(program, `#!/bin/sh\nexec '${process.execPath}' -e "${script}" -- "$1"\n`);
  chmodSync(program, 0o755);
  return { path: `${directory}:${process.env['PATH'] ?? ''}`, visits };
}
