import { flagOf } from '../support/read-inputs.js';
import { runAction } from '../support/run-action.js';
import { heading, nameOf, table } from '../support/summary.js';

runAction({ command: 'verify', callOf, report });

function callOf({ text, required, lines }) {
  const identity = [
    ...flagOf('--certificate-identity', text('certificate-identity')),
    ...flagOf('--certificate-identity-regexp', text('certificate-identity-regexp')),
  ];
  const issuer = flagOf('--certificate-oidc-issuer', text('certificate-oidc-issuer'));
  const flags = [
    ...lines('key').map((key) => `--key=${key}`),
    // The issuer has a default, and beside a key alone it would contradict.
    ...(identity.length > 0 ? [...identity, ...issuer] : []),
    ...flagOf('--policy', text('policy')),
    ...flagOf('--plugin', text('plugin')),
  ];
  return { flags, operands: [required('reference')] };
}

function report({ reference, digest, name, version, trust, attestations }) {
  const title = trust?.kind === 'unsigned' ? 'NOT SIGNED, allowed by the policy' : 'Verified';
  const signers = trust?.signers ?? [];
  const rows = [
    ['reference', reference],
    ['digest', digest],
    ['plugin', name && `${name} ${version ?? ''}`],
    ...signers.map((signer) => ['signed by', nameOf(signer)]),
    ['attestations', attestations?.length],
  ];
  return {
    outputs: { reference, digest, name: name ?? '', version: version ?? '' },
    summary: `${heading(title)}${table(rows)}`,
  };
}
