import { closeSync, mkdirSync, openSync, writeFileSync, writeSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { luaModule, luaText } from './lua-text.ts';
import { randomBytes } from './random-bytes.ts';

const MIB = 1 << 20;

/**
 * The sizes that are measured. S: 11 files, 30 KB, as most plugins are. M: 2,000 Lua files, 10 MB.
 * X: 64 MiB, L: 1 GiB, three quarters of both random and one quarter text.
 */
export type PayloadSize = 'S' | 'M' | 'X' | 'L';

export interface Plugin {
  /** Holds the directory my-plugin, which holds kong/plugins/NAME. */
  readonly parent: string;
  readonly name: string;
}

type Fill = (root: string) => void;

const FILLS: Readonly<Record<PayloadSize, Fill>> = {
  S: fillModules(9, () => 3300),
  M: fillModules(1998, (index) => 2000 + ((index * 37) % 6300)),
  X: fillBlocks(1, 48, 16),
  L: fillBlocks(3, 256, 256),
};

/** Writes a plugin of one of the sizes below `parent`. */
export function writePlugin(parent: string, size: PayloadSize, name = 'my-plugin'): Plugin {
  return write({ parent, name }, FILLS[size]);
}

/** Writes a plugin of `count` small files. */
export function writePluginOfFiles(parent: string, count: number): Plugin {
  const plugin = { parent, name: 'my-plugin' };
  return write(
    plugin,
    fillModules(count - 2, () => 300),
  );
}

function write(plugin: Plugin, fill: Fill): Plugin {
  const { parent, name } = plugin;
  const root = join(parent, 'my-plugin', 'kong', 'plugins', name);
  writeFile(join(root, 'handler.lua'), 'return { PRIORITY = 1000, VERSION = "1.0.0" }\n');
  writeFile(join(root, 'schema.lua'), `return { name = "${name}", fields = {} }\n`);
  fill(root);
  return plugin;
}

function fillModules(count: number, sizeOf: (index: number) => number): Fill {
  return (root) => {
    const random = randomBytes();
    for (let index = 0; index < count; index += 1) {
      const place = count < 100 ? '' : `v${index % 40}/d${Math.floor(index / 40) % 16}`;
      writeFile(join(root, place, `part${index}.lua`), luaModule(sizeOf(index), random));
    }
  };
}

function fillBlocks(files: number, randomMebibytes: number, textMebibytes: number): Fill {
  return (root) => {
    const random = randomBytes();
    const text = luaText(MIB, random);
    for (let index = 0; index < files; index += 1)
      writeBlocks(join(root, `model-${index}.bin`), randomMebibytes, () => random(MIB));
    writeBlocks(join(root, 'words.txt'), textMebibytes, () => {
      // Blocks that were all the same would shrink to nothing.
      random(64).copy(text, random(1).readUInt8() * 64);
      return text;
    });
  };
}

function writeBlocks(file: string, count: number, block: () => Buffer): void {
  const descriptor = openSync(file, 'w');
  for (let index = 0; index < count; index += 1) writeSync(descriptor, block());
  closeSync(descriptor);
}

function writeFile(path: string, content: string | Buffer): void {
  mkdirSync(dirname(path), { recursive: true });
  writeFileSync(path, content);
}
