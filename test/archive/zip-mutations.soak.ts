import { mkdirSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, it } from 'vitest';
import { readZip } from '../../src/archive/read-zip.ts';
import { KongcrateError } from '../../src/errors/kongcrate-error.ts';
import { mutatedZip } from '../support/mutate-zip.ts';
import { describeWithPeers, peer } from '../support/peers.ts';
import { rockOf } from '../support/rock-builder.ts';
import { run } from '../support/run.ts';
import { count, report, startSoak } from '../support/soak.ts';
import { temporaryDirectory } from '../support/temporary-directory.ts';

const RUNS = 20_000;
/** Lists `<name> <size>` of the files in each zip, one line of JSON a zip; null where it cannot. */
const LIST = `
import json, sys, zipfile
for path in sys.argv[1:]:
    try:
        with zipfile.ZipFile(path) as z:
            z.testzip()
            print(json.dumps([f"{i.filename} {i.file_size}" for i in z.infolist() if not i.is_dir()]))
    except Exception:
        print("null")
`;

function accept(zip: Buffer): readonly string[] | undefined {
  try {
    return readZip(zip).files.map(({ path, bytes }) => `${path} ${bytes.length}`);
  } catch (error) {
    if (error instanceof KongcrateError && error.code === 'ARCHIVE_REFUSED') return undefined;
    throw error;
  }
}

describeWithPeers(['python3'], 'changed zips', () => {
  it('are refused, or read by Python as by us', async () => {
    const random = startSoak('zip mutations');
    const rock = rockOf();
    const directory = join(temporaryDirectory(), 'zips');
    mkdirSync(directory);
    const accepted: (readonly string[])[] = [];
    for (let left = RUNS; left > 0; left--) {
      const zip = mutatedZip(rock, random);
      const files = accept(zip);
      if (files === undefined || accepted.length >= 2_000) continue;
      writeFileSync(join(directory, String(accepted.length)), zip);
      accepted.push(files);
    }
    const paths = accepted.map((_, index) => join(directory, String(index)));
    const { stdout } = await run(peer('python3'), ['-c', LIST, ...paths]);
    rmSync(directory, { recursive: true });
    const read = stdout
      .trim()
      .split('\n')
      .map((line) => JSON.parse(line) as unknown);
    report(`zips: ${count(RUNS)} changed, ${count(accepted.length)} accepted`);
    expect(read).toEqual(accepted);
  });
});
