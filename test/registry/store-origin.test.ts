import { describe, expect, it } from 'vitest';
import { createRegistrySend } from '../../src/registry/create-registry-send.ts';

const originOf = (host: string, options: object = {}): string => {
  const { registry, close } = createRegistrySend({ host, ...options });
  close();
  return registry.href;
};

describe('the origin of a registry', () => {
  it.each([
    ['registry.example', 'https://registry.example/'],
    ['registry.example:5000', 'https://registry.example:5000/'],
    ['10.0.0.1:5000', 'https://10.0.0.1:5000/'],
    ['[2001:db8::1]:5000', 'https://[2001:db8::1]:5000/'],
    ['index.docker.io', 'https://registry-1.docker.io/'],
    ['localhost', 'http://localhost/'],
    ['localhost:5000', 'http://localhost:5000/'],
    ['127.0.0.1:5000', 'http://127.0.0.1:5000/'],
    ['127.9.9.9', 'http://127.9.9.9/'],
    ['[::1]:5000', 'http://[::1]:5000/'],
    ['localhost.evil.example', 'https://localhost.evil.example/'],
    ['127.0.0.1.evil.example', 'https://127.0.0.1.evil.example/'],
  ])('%s is %s', (host, origin) => {
    expect(originOf(host)).toBe(origin);
  });

  it('is plain HTTP or TLS where that is asked for', () => {
    expect(originOf('registry.example', { plainHttp: true })).toBe('http://registry.example/');
    expect(originOf('localhost', { plainHttp: false })).toBe('https://localhost/');
    expect(originOf('localhost', { insecure: true })).toBe('https://localhost/');
    const clientCertificate = { certificate: '', key: '' };
    expect(originOf('localhost', { clientCertificate })).toBe('https://localhost/');
  });
});
