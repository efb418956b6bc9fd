import type { RunResult } from '../../support/run.ts';

export interface KeyPair {
  readonly privateKey: string;
  readonly publicKey: string;
}

/** An artifact by digest, and the home directory that holds the login for its registry. */
export interface Uploaded {
  readonly home: string;
  readonly reference: string;
}

export interface Login {
  readonly username: string;
  readonly password: string;
}

/**
 * The steps that Kong's documentation does by hand. Each takes the files that earlier steps made
 * and leaves them as they are, so any two programs can take turns.
 */
export interface Steps {
  /** 1: gives a tar.gz of the plugin's directory. */
  readonly pack: (input: { readonly source: string }) => Promise<string>;
  /** 2: gives the files of a key pair with an empty password. */
  readonly generateKeyPair: (input: object) => Promise<KeyPair>;
  /** 3: gives a home directory with a login. */
  readonly login: (input: Login & { readonly host: string }) => Promise<string>;
  /** 4: gives the reference by digest. */
  readonly upload: (input: {
    readonly archive: string;
    readonly home: string;
    readonly target: string;
  }) => Promise<string>;
  /** 5 */
  readonly sign: (input: Uploaded & KeyPair) => Promise<void>;
  /** 6: the only step that may fail, as its exit status is the answer. */
  readonly verify: (input: Uploaded & { readonly publicKey: string }) => Promise<RunResult>;
  /** 7: gives the tarball. */
  readonly pull: (input: Uploaded & { readonly publicKey: string }) => Promise<string>;
  /** 8: gives the directory with the files. */
  readonly unpack: (input: { readonly tarball: string }) => Promise<string>;
}
