import { readdirSync, symlinkSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, it } from 'vitest';
import { openTransaction } from '../../../src/kong/activation/transaction-files.ts';
import type { Transaction } from '../../../src/kong/activation/transaction.ts';
import { temporaryDirectory } from '../../support/temporary-directory.ts';

const TRANSACTION: Transaction = {
  ...{ luaRoot: '/lua', generation: 1, next: 2, restores: 1, names: [], step: 'saved' },
  ...{ isRestart: false, since: '', masterPid: 1, workerPids: [], plugins: [] },
};

it('leaves no copy of a password where a transaction cannot begin', () => {
  const prefix = temporaryDirectory();
  writeFileSync(join(prefix, '.kong_env'), 'pg_password = hunter2\n');
  symlinkSync('/etc/passwd', join(prefix, 'nginx.conf'));
  expect(() => {
    openTransaction(prefix, TRANSACTION, Buffer.from('pg_password = hunter2\n'));
  }).toThrow(/ELOOP/);
  expect(readdirSync(prefix).sort()).toEqual(['.kong_env', 'nginx.conf']);
});
