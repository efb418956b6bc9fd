import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { encodeLayer } from '../../support/encode-layer.ts';
import type { PrivateKey } from '../../../src/signing/private-key.ts';
import { writePlugin, type SamplePlugin } from '../../support/stand-in-kong/write-plugin.ts';
import { temporaryDirectory } from '../../support/temporary-directory.ts';
import { Fleet } from '../lock/fleet.ts';

export type WantedSample = SamplePlugin & { readonly isEnabled?: boolean };

/** A fleet whose plugins a stand-in Kong loads. */
export class SampleFleet extends Fleet {
  readonly #key: PrivateKey;

  constructor(key: PrivateKey) {
    super(key);
    this.#key = key;
  }

  /** Publishes plugins, asks for all of them, and locks them; gives their layouts' references. */
  async lockSamples(samples: Readonly<Record<string, WantedSample>>): Promise<void> {
    const items: string[] = [];
    for (const [name, { isEnabled = true, ...sample }] of Object.entries(samples)) {
      const { version = '1.0.0' } = sample;
      const layer = await layerOf(name, sample);
      const reference = await this.publish({ name, version, layer, key: this.#key });
      items.push(`{reference: '${reference}', name: ${name}, enabled: ${String(isEnabled)}}`);
    }
    this.write(items);
    await this.lock([], { allowDowngrade: true });
  }
}

async function layerOf(name: string, sample: SamplePlugin): Promise<Uint8Array> {
  const source = writePlugin(temporaryDirectory(), name, sample);
  const files = readdirSync(source).map((file) => ({
    path: `kong/plugins/${name}/${file}`,
    bytes: readFileSync(join(source, file)),
  }));
  return (await encodeLayer(files)).bytes;
}
