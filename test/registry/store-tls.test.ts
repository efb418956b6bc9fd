import { describe, expect, it } from 'vitest';
import { TestAuthority } from '../http/test-authority.ts';
import { expectError } from '../support/expect-error.ts';
import { makeArtifact, pushArtifact } from '../support/small-artifact.ts';
import { startTestRegistry } from '../support/test-registry.ts';
import { openTestStore } from './store-support.ts';

const artifact = makeArtifact('layer');
const authority = new TestAuthority();
const server = authority.issue('registry', 'IP:127.0.0.1');
const client = authority.issue('client', 'DNS:client');
const caCertificates = [authority.certificate];

describe('a registry with TLS', () => {
  it('is reached with its authority and a client certificate', async () => {
    const { host } = await startTestRegistry({ tls: { ...server, ca: authority.certificate } });
    const clientCertificate = { certificate: client.cert, key: client.key };
    const store = openTestStore(host, { caCertificates, clientCertificate });
    await pushArtifact(store, artifact);
    await store.tag(artifact.manifest, '1.0.0');
    expect(await store.resolve('1.0.0')).toMatchObject(artifact.manifest);
    await expectError(
      () => openTestStore(host, { caCertificates, plainHttp: false }).resolve('1.0.0'),
      'NETWORK_FAILED',
    );
  });

  it('is reached without its authority only by who asks for that', async () => {
    const { host } = await startTestRegistry({ tls: server });
    const missing = openTestStore(host, { insecure: true });
    await expectError(() => missing.resolve('1.0.0'), 'NOT_FOUND');
    const strict = openTestStore(host, { plainHttp: false });
    await expectError(() => strict.resolve('1.0.0'), 'NETWORK_FAILED');
  });

  it('cannot send an upload or a reader of a list to plain HTTP', async () => {
    const plain = await startTestRegistry();
    const registry = await startTestRegistry({ tls: server });
    const store = openTestStore(registry.host, { caCertificates, plainHttp: false });
    const elsewhere = `http://${plain.host}/x`;
    registry.next('POST', /uploads/, {
      instead: { status: 202, headers: { location: elsewhere } },
    });
    await expectError(() => pushArtifact(store, artifact), 'REDIRECT_REFUSED');
    registry.next('GET', /tags/, {
      instead: { headers: { link: `<${elsewhere}>; rel="next"` }, body: Buffer.from('{}') },
    });
    await expectError(() => store.tags(), 'REDIRECT_REFUSED');
    expect(plain.log).toEqual([]);
  });
});
