import type { Chunk } from 'luaparse';

/** Where a rule looks: the plugin's name, the file as it is called in the source, and its code. */
export interface RuleSubject {
  readonly plugin: string;
  readonly file: string;
  readonly chunk: Chunk;
}
