import { basename } from 'node:path';
import type { RunResult } from '../../support/run.ts';
import type { Installed } from './kongcrate-steps.ts';
import type { Choice } from './programs.ts';
import type { Place } from './start-places.ts';
import type { KeyPair, Uploaded } from './steps.ts';

export interface CellInput {
  readonly choice: Choice;
  /** The plugin's directory. */
  readonly source: string;
  readonly place: Place;
}

/** What the steps left behind. */
export interface Outcome extends KeyPair, Uploaded {
  readonly archive: string;
  readonly repository: string;
  readonly digest: string;
  readonly verified: RunResult;
  /** `verify` with a key that signed nothing. */
  readonly refused: RunResult;
  readonly tarball: string;
  readonly unpacked: string;
  readonly installed: Installed;
}

/** Goes through steps 1 to 8 with the programs chosen, then installs with kongcrate. */
export async function runCell({ choice, source, place }: CellInput): Promise<Outcome> {
  const { programs, host } = place;
  const archive = await programs.pack[choice.pack]({ source });
  const pair = await programs.generateKeyPair[choice.generateKeyPair]({});
  const home = await programs.login[choice.login]({ host, ...place.login });
  const repository = `${host}/${basename(source)}/${nameOf(choice)}`;
  const target = `${repository}:1.2.0`;
  const reference = await programs.upload[choice.upload]({ archive, home, target });
  await programs.sign[choice.sign]({ ...pair, home, reference });
  const signed = { home, reference, publicKey: pair.publicKey };
  const verify = programs.verify[choice.verify];
  const tarball = await programs.pull[choice.pull](signed);
  return {
    ...pair,
    ...signed,
    archive,
    repository,
    digest: reference.split('@')[1] ?? '',
    tarball,
    verified: await verify(signed),
    refused: await verify({ ...signed, publicKey: place.otherKey }),
    unpacked: await programs.unpack[choice.unpack]({ tarball }),
    installed: await place.install(signed),
  };
}

/** Rows that are alike up to the signature share a repository. */
function nameOf({ pack, generateKeyPair, login, upload, sign }: Choice): string {
  return [pack, generateKeyPair, login, upload, sign].join('-').replaceAll(/[^a-z0-9]+/g, '-');
}
