import { readdirSync, rmSync, statSync, symlinkSync, utimesSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { restoreGenerated, saveGenerated } from '../../../src/kong/activation/generated-files.ts';
import { temporaryDirectory } from '../../support/temporary-directory.ts';
import { generated } from './support.ts';

describe('the generated files', () => {
  function makePrefix(): string {
    const prefix = temporaryDirectory();
    for (const name of [
      '.kong_env',
      '.kong_process_secrets',
      'nginx.conf',
      'nginx-kong.conf',
      'kong.yml',
    ])
      writeFileSync(join(prefix, name), `${name} \xff\0`, { mode: 0o640, encoding: 'latin1' });
    return prefix;
  }

  it("are saved in private, without what is not Kong's", () => {
    const directory = join(temporaryDirectory(), 'saved');
    saveGenerated(makePrefix(), directory);
    expect(statSync(directory).mode & 0o777).toBe(0o700);
    const generatedNames = ['.kong_env', '.kong_process_secrets', 'nginx-kong.conf', 'nginx.conf'];
    const names = [...generatedNames, 'files.json'].sort();
    expect(readdirSync(directory).sort()).toEqual(names);
    for (const name of names) expect(statSync(join(directory, name)).mode & 0o777).toBe(0o600);
  });

  it('come back whatever was done to them, and what came since goes', () => {
    const prefix = makePrefix();
    const before = generated(prefix);
    utimesSync(join(prefix, '.kong_env'), 1_000, 1_000);
    const directory = join(temporaryDirectory(), 'saved');
    saveGenerated(prefix, directory);
    saveGenerated(prefix, directory);
    rmSync(join(prefix, 'nginx-kong.conf'));
    for (const name of ['.kong_env', '.kong_process_secrets']) rmSync(join(prefix, name));
    writeFileSync(join(prefix, '.kong_env'), 'other', { mode: 0o600 });
    writeFileSync(join(prefix, 'nginx-new.conf'), '');
    const untouched = statSync(join(prefix, 'nginx.conf')).ino;
    restoreGenerated(prefix, directory);
    expect(generated(prefix)).toEqual(before);
    expect(statSync(join(prefix, 'nginx.conf')).ino).toBe(untouched);
    const { ino, mtimeMs } = statSync(join(prefix, '.kong_env'));
    expect(mtimeMs).toBe(1_000_000);
    restoreGenerated(prefix, directory);
    expect(statSync(join(prefix, '.kong_env')).ino).toBe(ino);
    expect(generated(prefix)).toEqual(before);
  });

  it('are none of what a link leads to', () => {
    const prefix = makePrefix();
    rmSync(join(prefix, 'nginx.conf'));
    symlinkSync('/etc/passwd', join(prefix, 'nginx.conf'));
    const directory = join(temporaryDirectory(), 'saved');
    expect(() => {
      saveGenerated(prefix, directory);
    }).toThrow(/ELOOP/);
    expect(readdirSync(directory)).not.toContain('files.json');
  });
});
