import { flagOf } from '../support/read-inputs.js';
import { runAction } from '../support/run-action.js';
import { command, heading, nameOf, table } from '../support/summary.js';
import { annotate } from '../support/tell-runner.js';

runAction({ command: 'publish', callOf, report });

function callOf({ text, required, isTrue }) {
  const sbom = text('sbom');
  const flags = [
    ...(isTrue('all') ? ['--all'] : []),
    ...flagOf('--plugin', text('plugin')),
    ...flagOf('--key', text('key')),
    ...(isTrue('provenance') ? ['--provenance'] : []),
    ...flagOf('--sbom', sbom === 'none' ? '' : sbom),
  ];
  return { flags, operands: [required('path'), required('reference')] };
}

function report(result) {
  const published = result.plugins ?? [result];
  for (const { warnings } of published) warnings.forEach(warn);
  const plugins = published.map(({ name, version, reference, digest }) => ({
    name,
    version,
    reference,
    digest,
  }));
  const only = plugins.length === 1 ? plugins[0] : {};
  return {
    outputs: { ...only, plugins: JSON.stringify(plugins) },
    summary: published.map(summarize).join(''),
  };
}

function warn({ rule, file, line, message, remedy }) {
  const place = file.endsWith('/') ? file : `${file}:${line}`;
  annotate('warning', `kongcrate ${rule}`, `${place}: ${message}\n${remedy}`);
}

function summarize({ name, version, reference, digest, tag, signer, signatures, attestations }) {
  const isNew = signatures.some(({ state }) => state === 'added');
  const rows = [
    ['reference', reference],
    ['digest', digest],
    ['tag', tag],
    ['signed by', signer && nameOf(signer)],
    ['attested', attestations.map(({ predicateType }) => predicateType).join(', ')],
  ];
  const title = `${name} ${version}: ${signer ? (isNew ? 'published' : 'was there') : 'dry run'}`;
  const verify = signer ? command(['kongcrate', 'verify', reference], flagsToVerify(signer)) : '';
  return `${heading(title)}${table(rows)}${verify}`;
}

function flagsToVerify({ kind, subject, issuer }) {
  if (kind === 'key') return [['--key', 'cosign.pub']];
  return [
    ['--certificate-identity', subject],
    ['--certificate-oidc-issuer', issuer],
  ];
}
