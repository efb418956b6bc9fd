import { execFileSync } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { temporaryDirectory } from '../support/temporary-directory.ts';

/** PEM texts, as servers and clients take them. */
export interface Issued {
  readonly cert: string;
  readonly key: string;
}

/** A certificate authority of one test file, made by openssl. */
export class TestAuthority {
  readonly #directory = temporaryDirectory();
  readonly certificate: string;

  constructor() {
    this.certificate = this.#make('ca', ['-subj', '/CN=Test CA']).cert;
  }

  /** @param alternativeNames as openssl writes them, such as `IP:127.0.0.1,DNS:localhost` */
  issue(name: string, alternativeNames: string): Issued {
    return this.#make(name, [
      ...['-subj', `/CN=${name}`, '-addext', `subjectAltName=${alternativeNames}`],
      ...['-CA', 'ca.crt', '-CAkey', 'ca.key', '-addext', 'basicConstraints=CA:FALSE'],
    ]);
  }

  #make(name: string, args: readonly string[]): Issued {
    const newKey = ['-newkey', 'ec', '-pkeyopt', 'ec_paramgen_curve:P-256', '-nodes'];
    const files = ['-keyout', `${name}.key`, '-out', `${name}.crt`, '-days', '2'];
    execFileSync('openssl', ['req', '-x509', ...newKey, ...files, ...args], {
      cwd: this.#directory,
      stdio: 'pipe',
    });
    const read = (ending: string): string =>
      readFileSync(join(this.#directory, `${name}.${ending}`), 'utf8');
    return { cert: read('crt'), key: read('key') };
  }
}
