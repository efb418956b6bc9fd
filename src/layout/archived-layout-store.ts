import type { ContentStore } from '../content/content-store.ts';
import { KongcrateError } from '../errors/kongcrate-error.ts';
import type { ArchivedLayout } from './archived-layout.ts';
import { LayoutStore } from './layout-store.ts';

/** An archive as a store: it is read as a layout is, and whatever would change it is refused. */
export class ArchivedLayoutStore extends LayoutStore implements ContentStore {
  readonly #name: string;

  constructor(layout: ArchivedLayout) {
    super(layout);
    this.#name = layout.name;
  }

  /** @throws KongcrateError USAGE */
  push(): Promise<boolean> {
    return Promise.reject(this.#refusal());
  }

  /** @throws KongcrateError USAGE */
  tag(): Promise<void> {
    return Promise.reject(this.#refusal());
  }

  #refusal(): KongcrateError {
    return new KongcrateError('USAGE', `${this.#name} is an archive: only copy writes one, once`, {
      remedy: 'Push and sign in a registry or an oci-layout:DIRECTORY, then copy from there.',
    });
  }
}
