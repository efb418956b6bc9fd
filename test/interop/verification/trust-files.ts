import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import type { Place } from '../../local-sigstore/support.ts';
import type { TrustedRootJson } from '../../support/local-sigstore/trusted-root.ts';
import { temporaryDirectory } from '../../support/temporary-directory.ts';

/** The paths of what signatures are held against. */
export interface TrustFiles {
  readonly key: string;
  readonly otherKey: string;
  /** The root of the servers that signed. */
  readonly root: string;
  /** The root of servers that had no part in it. */
  readonly otherRoot: string;
  /** The right logs and timestamp authority with a Fulcio that issued nothing. */
  readonly otherFulcio: string;
  /** Policies by which the key has to be in a log, of the right root or another one. */
  readonly logged: string;
  readonly loggedElsewhere: string;
  /** Policies by which a log or a timestamp has to say when the key was used. */
  readonly dated: string;
  readonly datedElsewhere: string;
}

/** Writes them; what `strangers` made has nothing to do with the place. */
export function writeTrustFiles(
  { sigstore, mine, others }: Place,
  strangers: { readonly file: string; readonly json: TrustedRootJson },
): TrustFiles {
  const directory = temporaryDirectory();
  const write = (name: string, value: object): string => {
    const file = join(directory, name);
    writeFileSync(file, JSON.stringify(value));
    return file;
  };
  // JSON is YAML.
  const writePolicy = (name: string, trustedRoot: string, demand: object): string => {
    const rules = [{ match: '**', keys: [mine.publicKey], ...demand }];
    return write(name, { version: 1, trust: { trustedRoot, rules } });
  };
  const { file: root, json } = sigstore.trustedRoot;
  const { certificateAuthorities } = strangers.json;
  const logged = { log: 'required' };
  const dated = { maximumSignatureAgeDays: 1 };
  return {
    key: mine.publicKey,
    otherKey: others.publicKey,
    root,
    otherRoot: strangers.file,
    otherFulcio: write('other-fulcio.json', { ...json, certificateAuthorities }),
    logged: writePolicy('logged.yaml', root, logged),
    loggedElsewhere: writePolicy('logged-elsewhere.yaml', strangers.file, logged),
    dated: writePolicy('dated.yaml', root, dated),
    datedElsewhere: writePolicy('dated-elsewhere.yaml', strangers.file, dated),
  };
}
