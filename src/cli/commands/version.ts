import type { Command } from 'commander';
import { setAction } from '../action.ts';
import type { Context } from '../context.ts';
import { VERSION } from '../version.ts';

export function configure(command: Command, context: Context): void {
  setAction(command, context, () =>
    Promise.resolve({
      text: `kongcrate ${VERSION} (node ${process.versions.node}, ${process.platform} ${process.arch})`,
      json: {
        version: VERSION,
        node: process.versions.node,
        platform: process.platform,
        arch: process.arch,
      },
    }),
  );
}
