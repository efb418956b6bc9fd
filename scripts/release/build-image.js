/**
 * Makes the image for containers: an OCI layout with one image for each executable of a release,
 * and their index under the tag. An image holds the executable, what it needs of Debian bookworm, and
 * nothing else. SOURCE_DATE_EPOCH is when it was made; the same files give the same bytes.
 *
 *   node scripts/release/build-image.js DIRECTORY LAYOUT TAG
 */
import { createHash } from 'node:crypto';
import { existsSync, mkdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { runScript } from '../support/run-script.js';
import { makeLayer } from './image-layer.js';
import { runtimeFilesFor } from './runtime-files.js';

const ROOT = fileURLToPath(new URL('../..', import.meta.url));
const CACHE = join(ROOT, '.cache', 'executable');
const PLATFORMS = { x64: 'amd64', arm64: 'arm64' };
const PROGRAM = 'usr/local/bin/kongcrate';
const OCI = 'application/vnd.oci.image';
/** Nobody's, as in other images without a passwd. */
const USER = '65532:65532';

const { version, description, license } = JSON.parse(
  readFileSync(join(ROOT, 'package.json'), 'utf8'),
);
const LABELS = {
  'org.opencontainers.image.title': 'kongcrate',
  'org.opencontainers.image.description': description,
  'org.opencontainers.image.version': version,
  'org.opencontainers.image.licenses': license,
};

/** Writes into an OCI layout; gives descriptors. */
function openLayout(directory) {
  rmSync(directory, { recursive: true, force: true });
  const blobs = join(directory, 'blobs', 'sha256');
  mkdirSync(blobs, { recursive: true });
  writeFileSync(join(directory, 'oci-layout'), '{"imageLayoutVersion":"1.0.0"}');
  const put = (mediaType, bytes) => {
    const digest = createHash('sha256').update(bytes).digest('hex');
    writeFileSync(join(blobs, digest), bytes);
    return { mediaType, digest: `sha256:${digest}`, size: Buffer.byteLength(bytes) };
  };
  return { put, putJson: (mediaType, document) => put(mediaType, JSON.stringify(document)) };
}

async function putImage({ put, putJson }, { architecture, directory, created }) {
  const executable = join(directory, `kongcrate-linux-${architecture}`);
  const layer = await makeLayer([
    { path: PROGRAM, mode: 0o755, bytes: readFileSync(executable) },
    {
      path: 'usr/share/doc/kongcrate/THIRD-PARTY',
      mode: 0o644,
      bytes: readFileSync(join(directory, 'THIRD-PARTY')),
    },
    ...(await runtimeFilesFor(executable, architecture, CACHE)),
  ]);
  const platform = { architecture: PLATFORMS[architecture], os: 'linux' };
  const config = putJson(`${OCI}.config.v1+json`, {
    ...platform,
    created,
    config: { User: USER, Entrypoint: [`/${PROGRAM}`], WorkingDir: '/', Labels: LABELS },
    rootfs: { type: 'layers', diff_ids: [layer.diffId] },
    history: [{ created, created_by: 'scripts/release/build-image.js' }],
  });
  const mediaType = `${OCI}.manifest.v1+json`;
  const layers = [put(`${OCI}.layer.v1.tar+gzip`, layer.bytes)];
  const manifest = { schemaVersion: 2, mediaType, config, layers, annotations: LABELS };
  return { ...putJson(mediaType, manifest), platform };
}

await runScript(async () => {
  const [directory, target, tag] = process.argv.slice(2);
  if (tag === undefined) throw new Error('name the directory of the files, the layout and the tag');
  const seconds = Number(process.env.SOURCE_DATE_EPOCH);
  if (!Number.isSafeInteger(seconds))
    throw new Error('SOURCE_DATE_EPOCH has to be set, in seconds');
  const created = new Date(seconds * 1000).toISOString().replace('.000', '');
  const layout = openLayout(target);
  const manifests = [];
  for (const architecture of Object.keys(PLATFORMS))
    if (existsSync(join(directory, `kongcrate-linux-${architecture}`)))
      manifests.push(await putImage(layout, { architecture, directory, created }));
  const mediaType = `${OCI}.index.v1+json`;
  const index = { schemaVersion: 2, mediaType, manifests, annotations: LABELS };
  const named = {
    ...layout.putJson(mediaType, index),
    annotations: { 'org.opencontainers.image.ref.name': tag },
  };
  writeFileSync(
    join(target, 'index.json'),
    JSON.stringify({ schemaVersion: 2, mediaType, manifests: [named] }),
  );
  process.stdout.write(`${named.digest}\n`);
});
