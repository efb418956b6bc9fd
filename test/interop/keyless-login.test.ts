import { expect, it } from 'vitest';
import { writeSource } from '../registry/plugin-source.ts';
import { startDockerRegistry } from '../support/docker-registry.ts';
import { LOOPBACK_ONLY } from '../support/local-sigstore/cosign-cell.ts';
import { startLocalSigstore } from '../support/local-sigstore/start-local-sigstore.ts';
import { verifyWithCosign } from '../support/local-sigstore/verify-with-cosign.ts';
import { startDesktop } from '../support/oidc/start-desktop.ts';
import { PERSON, startOidcProvider } from '../support/oidc/start-provider.ts';
import { describeWithPeers } from '../support/peers.ts';
import { runKongcrate } from '../support/run.ts';

describeWithPeers(['cosign2', 'cosign3', 'docker-registry'], 'publish by a login', () => {
  it('with a browser: both cosigns and kongcrate verify who logged in', async () => {
    const [registry, sigstore, provider, desktop] = await Promise.all([
      startDockerRegistry(),
      startLocalSigstore(),
      startOidcProvider(),
      startDesktop(),
    ]);
    sigstore.trust(provider);
    const root = ['--trusted-root', sigstore.trustedRoot.file];
    const flags = [
      ...['--fulcio-auth-flow', 'normal', '--oidc-issuer', provider.issuer, ...root],
      ...['--signing-config', sigstore.signingConfig('rekor1'), '--verbose'],
    ];
    const reference = `${registry.host}/acme/my-plugin:1.0.0`;
    const env = { ...LOOPBACK_ONLY, PATH: desktop.path };
    const done = await runKongcrate(['publish', writeSource('1.0.0'), reference, ...flags], {
      env,
    });
    expect(done.status, done.stderr).toBe(0);
    expect(done.stderr).toContain(`signing as ${PERSON}, vouched for by ${provider.issuer}`);
    expect(`${done.stdout}${done.stderr}`).not.toMatch(/eyJ/);
    expect((await desktop.visits[0]?.end)?.status).toBe(200);

    const signed = { material: 'keyless', log: 'rekor1', reference: done.stdout.trim() } as const;
    const who = { identity: PERSON, issuer: provider.issuer };
    for (const reader of [
      { cosign: 2, format: 'legacy' },
      { cosign: 3, format: 'legacy' },
      { cosign: 3, format: 'bundle' },
    ] as const) {
      const right = await verifyWithCosign(sigstore, { ...signed, ...reader, ...who });
      expect(right.status, right.stderr).toBe(0);
      const wrong = { ...who, identity: `x${PERSON}` };
      const other = await verifyWithCosign(sigstore, { ...signed, ...reader, ...wrong });
      expect(other.status).not.toBe(0);
    }
    const demand = ['--certificate-identity', PERSON, '--certificate-oidc-issuer', provider.issuer];
    const own = await runKongcrate(['verify', signed.reference, ...demand, ...root]);
    expect(own.status, own.stderr).toBe(0);
  });
});
