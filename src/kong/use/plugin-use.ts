/** An entity of Kong's configuration that names a plugin; one that is switched off counts as well. */
export interface PluginEntity {
  readonly name: string;
  /** Absent in files, where Kong makes one up. */
  readonly id?: string;
  /** What it is for, for people: `global`, `route orders`. */
  readonly scope: string;
  /** Where it stands: an address of the Admin API, or a path in a document. */
  readonly at: string;
}

/** A place that knows every plugin entity there is. */
export interface UseSource {
  /** For people. */
  readonly shownAs: string;
  /** How an entity is taken out there, one sentence. */
  readonly remedy: string;
  /** @returns a text for people where it gives no whole answer */
  readonly read: () => Promise<readonly PluginEntity[] | string>;
}

/** What the sources say of some plugins. */
export interface PluginUse {
  readonly entities: readonly (PluginEntity & { readonly source: UseSource })[];
  /** Who gave a whole answer. */
  readonly asked: readonly string[];
  /** Why another gave none, for people. */
  readonly unanswered: readonly string[];
}

/** The fields by which a plugin entity names what it is for. */
export const SCOPES = ['service', 'route', 'consumer', 'consumer_group'] as const;
