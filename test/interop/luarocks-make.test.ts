import { describeLuarocksMake } from './describe-luarocks-make.ts';

/** One of each kind; the soak has them all. */
const SAMPLES: ReadonlySet<string> = new Set([
  ...['literal', 'computed', 'copy-directories', 'detected-src', 'init-files', 'install-lua'],
  ...['platforms', 'string-methods', 'missing-file', 'unknown-back-end', 'no-source', 'other-name'],
]);

describeLuarocksMake((name) => SAMPLES.has(name));
