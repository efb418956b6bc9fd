/**
 * Checks that a tag, package.json and CHANGELOG.md name the same version, that it is dated, and that
 * npm will take the package with a provenance; writes what changed to stdout.
 *
 *   node scripts/release/check-version.js TAG
 */
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { runScript } from '../support/run-script.js';

const ROOT = fileURLToPath(new URL('../..', import.meta.url));
const read = (file) => readFileSync(join(ROOT, file), 'utf8');

/** The section of the changelog, `## VERSION (YYYY-MM-DD)`, without its heading. */
function changesOf(version) {
  const [, ...sections] = read('CHANGELOG.md').split(/^## /m);
  const section = sections.find((text) => text.startsWith(`${version} `));
  const [heading = '', ...lines] = section?.split('\n') ?? [];
  if (!/^\S+ \(\d{4}-\d{2}-\d{2}\)$/.test(heading))
    throw new Error(
      `CHANGELOG.md has ${section ? `"## ${heading}"` : 'nothing'} for ${version}: give it the heading "## ${version} (YYYY-MM-DD)"`,
    );
  return lines.join('\n').trim();
}

await runScript(() => {
  const [tag = ''] = process.argv.slice(2);
  const { version, repository } = JSON.parse(read('package.json'));
  if (tag !== `v${version}`)
    throw new Error(`the tag is "${tag}" and package.json says ${version}: tag v${version}`);
  if (repository === undefined)
    throw new Error('package.json has no repository: npm compares it with the provenance');
  process.stdout.write(`${changesOf(version)}\n`);
});
