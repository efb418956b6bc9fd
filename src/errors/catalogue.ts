/** Who has to act: the word scripts can switch on without knowing every code. */
export type ErrorCategory =
  | 'internal'
  | 'usage'
  | 'registry'
  | 'authentication'
  | 'network'
  | 'content'
  | 'refused'
  | 'install'
  | 'trust'
  | 'not-found'
  | 'busy'
  | 'confirm'
  | 'interrupted';

export interface CatalogueEntry {
  readonly category: ErrorCategory;
  /** The process's exit status; the table stands in docs/exit-codes.md. */
  readonly exitCode: number;
  /** Whether the same call can succeed later without anything being changed. */
  readonly retryable: boolean;
}

const entry = (category: ErrorCategory, exitCode: number, retryable = false): CatalogueEntry => ({
  category,
  exitCode,
  retryable,
});

/** Stable codes; their meaning stands beside each entry of the catalogue. */
export type ErrorCode =
  | 'UNEXPECTED'
  | 'ENCODER_DIFFERS'
  | 'USAGE'
  | 'REFERENCE_INVALID'
  | 'KEY_INVALID'
  | 'KEY_PASSWORD'
  | 'TRUST_MISSING'
  | 'POLICY_INVALID'
  | 'MIRRORS_INVALID'
  | 'LOCK_INVALID'
  | 'REGISTRY_BLOCKED'
  | 'TRUSTED_ROOT_INVALID'
  | 'SOURCE_UNREADABLE'
  | 'TAG_VERSION_MISMATCH'
  | 'NOTHING_TO_ROLL_BACK'
  | 'REGISTRY_ERROR'
  | 'REGISTRY_LIMIT'
  | 'REDIRECT_REFUSED'
  | 'SIGNING_SERVICE_ERROR'
  | 'AUTHENTICATION_FAILED'
  | 'REALM_REFUSED'
  | 'CREDENTIALS_UNREADABLE'
  | 'IDENTITY_TOKEN_INVALID'
  | 'NETWORK_FAILED'
  | 'TIMED_OUT'
  | 'DIGEST_MISMATCH'
  | 'SIZE_MISMATCH'
  | 'CONTENT_INVALID'
  | 'CONTENT_TOO_LARGE'
  | 'ARCHIVE_REFUSED'
  | 'PLUGIN_REFUSED'
  | 'INSTALL_FAILED'
  | 'ACTIVATION_FAILED'
  | 'NODE_NOT_SERVING'
  | 'NOT_ACTIVATED'
  | 'NO_SIGNATURE'
  | 'SIGNATURE_MISMATCH'
  | 'IDENTITY_MISMATCH'
  | 'POLICY_REFUSED'
  | 'CERTIFICATE_MISMATCH'
  | 'TRUST_ROOT_REFUSED'
  | 'LOCK_REPLAYED'
  | 'NOT_FOUND'
  | 'NODE_BUSY'
  | 'TAG_EXISTS'
  | 'DOWNGRADE'
  | 'SIGNER_CHANGED'
  | 'HELD'
  | 'QUARANTINED'
  | 'STILL_ENABLED'
  | 'PLUGIN_IN_USE'
  | 'IN_USE_UNKNOWN'
  | 'NOT_OURS'
  | 'SIGNATURES_HIDDEN'
  | 'INTERRUPTED';

/** Every error that kongcrate raises on purpose. Codes are stable; texts are not. */
export const CATALOGUE: Readonly<Record<ErrorCode, CatalogueEntry>> = {
  /** A fault of kongcrate's own. */
  UNEXPECTED: entry('internal', 1),
  /** This Node.js compresses to other bytes than the ones every digest was made with. */
  ENCODER_DIFFERS: entry('internal', 1),

  /** A flag, an argument or their combination makes no sense. */
  USAGE: entry('usage', 2),
  /** A text is not a reference, digest, tag or repository name. */
  REFERENCE_INVALID: entry('usage', 2),
  /** A key cannot be read as the kind that is needed, or nothing is there that keeps it. */
  KEY_INVALID: entry('usage', 2),
  /** The password does not open the private key, or there is none to try. */
  KEY_PASSWORD: entry('usage', 2),
  /** Nothing says whom to trust: no key, no policy, no explicit waiver. */
  TRUST_MISSING: entry('usage', 2),
  /** A trust policy is unreadable, or says something that kongcrate does not know. */
  POLICY_INVALID: entry('usage', 2),
  /** A registries.conf of containers says something that cannot be read. */
  MIRRORS_INVALID: entry('usage', 2),
  /** There is no kongcrate.lock, it cannot be read, or it does not fit its kongcrate.yaml. */
  LOCK_INVALID: entry('usage', 2),
  /** A registries.conf of containers blocks the registry. */
  REGISTRY_BLOCKED: entry('usage', 2),
  /** A trusted root cannot be read, or leaves open from when its keys hold. */
  TRUSTED_ROOT_INVALID: entry('usage', 2),
  /** A source file or directory named by the user cannot be read. */
  SOURCE_UNREADABLE: entry('usage', 2),
  /** A version tag does not equal the version of what is being published. */
  TAG_VERSION_MISMATCH: entry('usage', 2),
  /** There is no earlier generation to go back to. */
  NOTHING_TO_ROLL_BACK: entry('usage', 2),

  /** The registry answered with an error that no retry mends. */
  REGISTRY_ERROR: entry('registry', 4),
  /** The registry asked for fewer requests, or was overloaded, until the last try. */
  REGISTRY_LIMIT: entry('registry', 4, true),
  /** The registry sent kongcrate to a place where no registry may send anybody. */
  REDIRECT_REFUSED: entry('registry', 4),
  /** Fulcio, a log, a timestamp authority or the program of a key refused, or gave nothing useful. */
  SIGNING_SERVICE_ERROR: entry('registry', 4),

  /** The registry wants credentials, or refuses those it was given. */
  AUTHENTICATION_FAILED: entry('authentication', 5),
  /** Credentials would go to a token server that nobody vouched for. */
  REALM_REFUSED: entry('authentication', 5),
  /** docker's or podman's configuration, or a credential helper, gives no usable answer. */
  CREDENTIALS_UNREADABLE: entry('authentication', 5),
  IDENTITY_TOKEN_INVALID: entry('authentication', 5),

  /** No connection, or it broke. */
  NETWORK_FAILED: entry('network', 6, true),
  /** A server or a program took longer than the limit that applies. */
  TIMED_OUT: entry('network', 6, true),

  /** Bytes do not hash to their digest. */
  DIGEST_MISMATCH: entry('content', 7),
  /** There are more or fewer bytes than the descriptor says. */
  SIZE_MISMATCH: entry('content', 7),
  /** A manifest, index or layout is not what its media type promises. */
  CONTENT_INVALID: entry('content', 7),
  /** Content is larger than the limit that applies to it. */
  CONTENT_TOO_LARGE: entry('content', 7),

  /** An archive that two readers could read differently, or that reaches outside. */
  ARCHIVE_REFUSED: entry('refused', 8),
  /** Files that Kong would not load, or that no plugin may hold. */
  PLUGIN_REFUSED: entry('refused', 8),

  /** The file system refused a step of the install; the old state is in place. */
  INSTALL_FAILED: entry('install', 9),
  /** Kong did not serve with a change; it was taken back, and Kong serves as before. */
  ACTIVATION_FAILED: entry('install', 9),
  /** Kong did not serve with a change, nor without it again. */
  NODE_NOT_SERVING: entry('install', 14),
  /** A change was made, and the node shows too little to say that it serves with it. */
  NOT_ACTIVATED: entry('install', 15),

  /** Every place was asked and none holds a signature. */
  NO_SIGNATURE: entry('trust', 10),
  /** Signatures were found and none satisfies. */
  SIGNATURE_MISMATCH: entry('trust', 12),
  /** Signed, but not as the plugin or version that was asked for. */
  IDENTITY_MISMATCH: entry('trust', 12),
  /** The trust policy does not allow it. */
  POLICY_REFUSED: entry('trust', 12),
  /** Identities are trusted, and no certificate that came along names one of them and holds. */
  CERTIFICATE_MISMATCH: entry('trust', 13),
  /** What a mirror offers as trusted root is not signed as it must be, expired, or older. */
  TRUST_ROOT_REFUSED: entry('trust', 12),
  /** A lock under a reference is older than the one that was followed there. */
  LOCK_REPLAYED: entry('trust', 12),

  /** The reference names nothing that is there. */
  NOT_FOUND: entry('not-found', 11),

  /** Another kongcrate is at work on the same Lua root. */
  NODE_BUSY: entry('busy', 16, true),

  /** The tag points to other bytes. */
  TAG_EXISTS: entry('confirm', 18),
  /** The version is lower than the installed one. */
  DOWNGRADE: entry('confirm', 18),
  /** The plugin is installed from signers of whom none signed the new version. */
  SIGNER_CHANGED: entry('confirm', 18),
  /** The plugin is held at its version. */
  HELD: entry('confirm', 18),
  /** This very artifact was activated here, and it failed. */
  QUARANTINED: entry('confirm', 18),
  /** Kong lists the plugin, and would not start without it. */
  STILL_ENABLED: entry('confirm', 18),
  /** An entity of Kong's configuration uses the plugin, which is to be disabled. */
  PLUGIN_IN_USE: entry('confirm', 18),
  /** Nobody can say that no entity uses the plugin. */
  IN_USE_UNKNOWN: entry('confirm', 18),
  /** Something stands there that kongcrate did not make. */
  NOT_OURS: entry('confirm', 18),
  /** A bundle would make cosign 3 pass over legacy signatures that are good. */
  SIGNATURES_HIDDEN: entry('confirm', 18),

  /** The caller's signal ended the work. */
  INTERRUPTED: entry('interrupted', 130),
};
