import type { Command } from 'commander';
import type { WrittenKeyPair } from '../workflows/write-key-pair.ts';
import type { CommandResult } from './action.ts';

export interface KeyPairFlags {
  readonly outputKeyPrefix: string;
}

export function addKeyPairOptions(command: Command): void {
  command.option('--output-key-prefix <prefix>', 'write PREFIX.key and PREFIX.pub', 'cosign');
}

export function renderKeyPair(pair: WrittenKeyPair): CommandResult {
  return { text: `${pair.privateKeyFile}\n${pair.publicKeyFile}`, json: pair };
}
