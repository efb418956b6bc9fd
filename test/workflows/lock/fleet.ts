import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import type { PrivateKey } from '../../../src/signing/private-key.ts';
import type { Configuration } from '../../../src/workflows/configuration/configuration.ts';
import { readConfiguration } from '../../../src/workflows/configuration/read-configuration.ts';
import {
  lockPlugins,
  type LockOptions,
  type LockReport,
} from '../../../src/workflows/lock/lock-plugins.ts';
import { publish, type PublishSpec } from '../../support/published.ts';
import { temporaryDirectory } from '../../support/temporary-directory.ts';

/** A directory with a kongcrate.yaml, its keys, and the layout `dist` that it reads. */
export class Fleet {
  readonly directory: string = temporaryDirectory();
  readonly file: string = join(this.directory, 'kongcrate.yaml');
  readonly lockFile: string = join(this.directory, 'kongcrate.lock');

  /** @param keys whose signatures the policy accepts */
  constructor(...keys: readonly PrivateKey[]) {
    mkdirSync(join(this.directory, 'keys'));
    for (const [index, key] of keys.entries())
      writeFileSync(join(this.directory, `keys/${index}.pub`), key.publicKey.pem);
    this.#keys = keys.map((_key, index) => `keys/${index}.pub`);
  }

  readonly #keys: readonly string[];

  /** @param plugins items of `plugins:`, as YAML on one line */
  write(plugins: readonly string[], more = ''): void {
    const trust = `trust: {rules: [{match: '**', keys: [${this.#keys.join(', ')}]}]}`;
    const items = plugins.map((plugin) => `  - ${plugin}\n`).join('');
    const list = items === '' ? '' : `plugins:\n${items}`;
    writeFileSync(this.file, `version: 1\n${trust}\n${list}${more}`);
  }

  read(): Promise<Configuration> {
    return readConfiguration(this.file);
  }

  /** Publishes a plugin into the layout under the tag NAME-VERSION, unless told. */
  async publish(spec: PublishSpec & { readonly name: string }): Promise<string> {
    const { name, version = '1.0.0' } = spec;
    const directory = join(this.directory, 'dist');
    const tag = spec.tag ?? `${name}-${version}`;
    await publish({ ...spec, tag, directory });
    return `oci-layout:./dist:${tag}`;
  }

  async lock(
    names: readonly string[] = [],
    options: Partial<LockOptions> = {},
  ): Promise<LockReport> {
    return lockPlugins(names, { configuration: await this.read(), ...options });
  }
}
