import { join } from 'node:path';
import { beforeEach, describe, expect, it } from 'vitest';
import { LayoutFiles } from '../../src/layout/layout-files.ts';
import { LayoutReferrers } from '../../src/layout/layout-referrers.ts';
import type { Digest } from '../../src/reference/digest.ts';
import { makeArtifact, type SmallArtifact } from '../support/small-artifact.ts';
import { temporaryDirectory } from '../support/temporary-directory.ts';

const subject = makeArtifact('layer').manifest;
const first = makeArtifact('first', { subject });
const second = makeArtifact('second', { subject });

let files: LayoutFiles;
let reads: Digest[];
let referrers: LayoutReferrers;

const find = (one = subject): readonly Digest[] =>
  referrers.find(one.digest, new Set()).map(({ digest }) => digest);

async function putAll({ contents }: SmallArtifact): Promise<void> {
  for (const [descriptor, bytes] of contents) await files.writeBlob(descriptor, bytes);
}

beforeEach(() => {
  files = new LayoutFiles(join(temporaryDirectory(), 'layout'));
  files.create();
  reads = [];
  referrers = new LayoutReferrers({
    name: files.name,
    readIndex: () => files.readIndex(),
    streamBlob: (digest) => files.streamBlob(digest),
    listBlobs: () => files.listBlobs(),
    readBlob: (digest, limitBytes) => {
      reads.push(digest);
      return files.readBlob(digest, limitBytes);
    },
  });
});

describe('a search for referrers', () => {
  it('reads a blob once, however many subjects are asked for', async () => {
    await putAll(first);
    expect(find()).toEqual([first.manifest.digest]);
    const once = [...reads];
    expect(find()).toEqual([first.manifest.digest]);
    expect(find(first.manifest)).toEqual([]);
    expect(reads).toEqual(once);
    expect(new Set(once).size).toBe(once.length);
  });

  it('finds what came since', async () => {
    await putAll(first);
    find();
    await putAll(second);
    expect(find().toSorted()).toEqual([first.manifest.digest, second.manifest.digest].toSorted());
  });

  it('remembers nothing of a damaged blob', async () => {
    await putAll(first);
    const { digest, size } = first.manifest;
    for (const damaged of [Buffer.alloc(size, 'x'), Buffer.from('{"subject":{}}')]) {
      await files.writeBlob(first.manifest, damaged);
      expect(find()).toEqual([]);
    }
    await putAll(first);
    expect(find()).toEqual([digest]);
  });
});
