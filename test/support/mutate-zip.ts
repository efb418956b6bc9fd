import type { Random } from './random.ts';

type ZipChange = (zip: Buffer, random: Random) => Buffer;

/** Where a header of any kind begins. */
function headersOf(zip: Buffer): readonly number[] {
  return [...zip.keys()].filter(
    (at) => zip.subarray(at, at + 2).equals(Buffer.from('PK')) && (zip[at + 2] ?? 9) < 8,
  );
}

function changed(zip: Buffer, at: number, value: number): Buffer {
  const copy = Buffer.from(zip);
  if (at < copy.length) copy[at] = value;
  return copy;
}

const CHANGES: readonly ZipChange[] = [
  (zip, random) => changed(zip, random.below(zip.length), random.below(256)),
  (zip, random) =>
    changed(
      zip,
      random.pick([0, ...headersOf(zip)]) + random.below(50),
      random.pick([0, 1, 8, 127, 255]),
    ),
  (zip, random) => zip.subarray(0, random.below(zip.length)),
  (zip, random) => zip.subarray(random.below(60)),
  (zip, random) => Buffer.concat([zip, random.bytes(1 + random.below(30))]),
  (zip, random) => {
    const at = random.below(zip.length);
    return Buffer.concat([
      zip.subarray(0, at),
      random.bytes(1 + random.below(4)),
      zip.subarray(at),
    ]);
  },
  (zip, random) => {
    const at = random.below(zip.length);
    return Buffer.concat([zip.subarray(0, at), zip.subarray(at + 1 + random.below(4))]);
  },
];

/** A zip with one to three changes, most of them in its headers. */
export function mutatedZip(zip: Buffer, random: Random): Buffer {
  let result = zip;
  for (let left = 1 + random.below(3); left > 0; left--)
    if (result.length > 60) result = random.pick(CHANGES)(result, random);
  return result;
}
