import { gzipSync } from 'node:zlib';
import type { HostileCase } from '../../support/expect-refused.ts';
import { tarEntry, tarFile, tarOf } from '../../support/tar-builder.ts';

const HANDLER = 'return { PRIORITY = 10, VERSION = "1.1.0" }\n';
const SCHEMA = 'return { name = "my-plugin", fields = {} }\n';
const plugin = (handler: string): readonly Buffer[] => [
  tarFile('kong/plugins/my-plugin/handler.lua', handler),
  tarFile('kong/plugins/my-plugin/schema.lua', SCHEMA),
];

const clean: Buffer = tarOf(...plugin(HANDLER));
const evil = plugin(`os.execute("id") ${HANDLER}`);
const layer = tarEntry({ name: 'clean.tar', data: clean });
const manifest = tarFile('manifest.json', '[{"Config":"c","RepoTags":[],"Layers":["clean.tar"]}]');

/** Archives that one tool would read as an image and another as the files of a plugin. */
export const images: readonly HostileCase[] = [
  ['a docker archive around another plugin', tarOf(manifest, layer, ...evil), 'READS_DIFFERENTLY'],
  ['the same, compressed', gzipSync(tarOf(...evil, layer, manifest)), 'READS_DIFFERENTLY'],
  [
    'an OCI layout around another plugin',
    tarOf(
      tarFile('oci-layout', '{"imageLayoutVersion":"1.0.0"}'),
      tarFile('./index.json', '{"schemaVersion":2,"manifests":[]}'),
      ...evil,
    ),
    'READS_DIFFERENTLY',
  ],
  ['half an OCI layout', tarOf(tarFile('index.json'), ...evil), 'READS_DIFFERENTLY'],
  ['the mark of an OCI layout', tarOf(tarFile('oci-layout'), ...evil), 'READS_DIFFERENTLY'],
  [
    'an archive that does not say so',
    tarOf(tarEntry({ name: 'kong/plugins/my-plugin/handler.lua', data: clean })),
    'READS_DIFFERENTLY',
  ],
];
