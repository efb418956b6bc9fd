import { createHash } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import manifest from '../../package.json' with { type: 'json' };
import { jsonReply, startHttpService, type HttpService } from './local-sigstore/http-service.ts';
import { run } from './run.ts';
import { temporaryDirectory } from './temporary-directory.ts';

const ROOT = join(import.meta.dirname, '../..');

/** A registry that real npm installs this package from, and nothing else. */
export async function startNpmRegistry(): Promise<HttpService> {
  const { name, version } = manifest;
  const directory = temporaryDirectory();
  const flags = ['--ignore-scripts', '--loglevel=error', '--pack-destination', directory];
  const packed = await run('npm', ['pack', ...flags], { cwd: ROOT });
  const tarball = readFileSync(join(directory, packed.stdout.trim()));
  const integrity = `sha512-${createHash('sha512').update(tarball).digest('base64')}`;
  return startHttpService(({ path, headers: { host = '' } }) => {
    if (path === '/package.tgz') return { status: 200, body: tarball };
    if (path !== `/${name}`) return jsonReply(404, {});
    const dist = { tarball: `http://${host}/package.tgz`, integrity };
    return jsonReply(200, {
      name,
      'dist-tags': { latest: version },
      versions: { [version]: { ...manifest, devDependencies: {}, scripts: {}, dist } },
    });
  });
}
