import { describe, expect, it } from 'vitest';
import { BUNDLED_PLUGINS, isKongModule } from '../../src/plugin/kong-modules.ts';

describe('isKongModule', () => {
  it.each([
    'kong',
    'kong.tools.dns',
    'kong.anything.new',
    'kong.plugins',
    'kong.plugins.jwt',
    'kong.plugins.jwt.handler',
    'kong.plugins.rate-limiting.policies.new',
    'cjson',
    'cjson.safe',
    'resty.http',
    'resty.openssl.x509.extension.dist_points',
    'resty.gcp.api.youtubereporting_v1',
    'pl.path',
    'version',
  ])('%s is of Kong', (name) => {
    expect(isKongModule(name)).toBe(true);
  });

  it.each([
    'kong.plugins.my-plugin.handler',
    'kong.plugins.jwt-signer.handler',
    'resty.jwt-extended',
    'resty',
    'kongfu',
    '',
  ])('%j is not', (name) => {
    expect(isKongModule(name)).toBe(false);
  });

  it('knows the 45 bundled plugins of Kong 3.9.3', () => {
    expect(BUNDLED_PLUGINS.size).toBe(45);
    expect(BUNDLED_PLUGINS.has('standard-webhooks')).toBe(true);
  });
});
