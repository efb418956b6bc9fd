import { describe, expect, it } from 'vitest';
import { canonicalRepository } from '../../../src/signing/policy/canonical-repository.ts';
import { parseRepositoryPattern } from '../../../src/signing/policy/repository-pattern.ts';
import { expectError } from '../../support/expect-error.ts';

function takes(pattern: string, repository: string): boolean {
  const canonical = canonicalRepository(repository);
  return canonical !== undefined && parseRepositoryPattern(pattern).expression.test(canonical);
}

describe('a pattern for repositories', () => {
  it.each<[pattern: string, repository: string]>([
    ['registry.example/acme/my-plugin', 'registry.example/acme/my-plugin'],
    ['registry.example/acme/*', 'registry.example/acme/my-plugin'],
    ['registry.example/acme/my-*', 'registry.example/acme/my-plugin'],
    ['registry.example/acme/*-plugin', 'registry.example/acme/my-plugin'],
    ['registry.example/acme/my-*n', 'registry.example/acme/my-plugin'],
    ['registry.example/*/my-plugin', 'registry.example/acme/my-plugin'],
    ['registry.example/*/*', 'registry.example/acme/my-plugin'],
    ['registry.example/acme/**', 'registry.example/acme/my-plugin'],
    ['registry.example/acme/**', 'registry.example/acme/team/deep/my-plugin'],
    ['registry.example/**', 'registry.example/my-plugin'],
    ['**', 'registry.example/acme/my-plugin'],
    ['**', '[::1]:5000/acme/my-plugin'],
    ['*.example/acme/*', 'registry.example/acme/my-plugin'],
    ['*.example:5000/**', 'registry.example:5000/acme'],
    ['localhost/**', 'localhost/my-layout'],
    ['localhost:5000/acme/*', 'localhost:5000/acme/my-plugin'],
    ['127.0.0.1:5000/**', '127.0.0.1:5000/acme'],
    ['[::1]:5000/**', '[::1]:5000/acme'],
    // one registry under several names
    ['docker.io/acme/*', 'index.docker.io/acme/my-plugin'],
    ['docker.io/acme/*', 'docker.io/acme/my-plugin'],
    ['index.docker.io/acme/*', 'registry-1.docker.io/acme/my-plugin'],
    ['docker.io/kong', 'index.docker.io/library/kong'],
    ['docker.io/library/*', 'docker.io/kong'],
    ['docker.io/**', 'docker.io/kong'],
    // one spelling of a name is as good as another, or the rule could be walked around
    ['registry.example/acme/*', 'Registry.Example/acme/my-plugin'],
    ['registry.example/acme/*', 'registry.example:443/acme/my-plugin'],
    ['registry.example:443/acme/*', 'registry.example/acme/my-plugin'],
    ['registry.example/acme/*', 'registry.example:0443/acme/my-plugin'],
    ['docker.io/acme/*', 'DOCKER.IO:443/acme/my-plugin'],
  ])('%s takes %s', (pattern, repository) => {
    expect(takes(pattern, repository)).toBe(true);
  });

  it.each<[pattern: string, repository: string]>([
    ['registry.example/acme/my-plugin', 'registry.example/acme/my-plugin2'],
    ['registry.example/acme/my-plugin', 'registry.example/acme/my-plugin/x'],
    ['registry.example/acme/my-plugin', 'registry.example/acme'],
    ['registry.example/acme/*', 'registry.example/acme/team/my-plugin'],
    ['registry.example/acme/*', 'registry.example/acme-evil/my-plugin'],
    ['registry.example/acme/*', 'registry.example/evil/acme/my-plugin'],
    ['registry.example/acme/**', 'registry.example/acme'],
    ['registry.example/acme/**', 'registry.example/acme-evil/x'],
    // another host, that looks or begins or ends like this one
    ['registry.example/acme/*', 'registry.example.evil/acme/my-plugin'],
    ['registry.example.com/acme/*', 'registry.example.com.evil/acme/my-plugin'],
    ['registry.example/acme/*', 'evil-registry.example/acme/my-plugin'],
    ['registry.example/acme/*', 'evil.registry.example/acme/my-plugin'],
    ['registry.example/acme/*', 'registryxexample.io/acme/my-plugin'],
    ['registry.example/acme/*', 'registry.example:5000/acme/my-plugin'],
    ['registry.example:5000/acme/*', 'registry.example/acme/my-plugin'],
    ['registry.example:5000/acme/*', 'registry.example:50001/acme/my-plugin'],
    ['registry.example/acme/*', 'evil.test/registry.example/acme/my-plugin'],
    ['*.example/acme/*', 'example/acme/x1'],
    ['*.example/acme/*', 'a.b.example/acme/my-plugin'],
    ['*.example/acme/*', 'a.example.evil/acme/my-plugin'],
    ['*.example/acme/*', 'evil.test:80.example/acme/my-plugin'],
    ['*.example/acme/*', 'registry.example:5000/acme/my-plugin'],
    ['docker.io/acme/*', 'docker.io.evil/acme/my-plugin'],
    ['docker.io/acme/*', 'hub.docker.io/acme/my-plugin'],
    ['docker.io/kong', 'docker.io/evil/kong'],
    ['localhost/**', 'localhost:5000/acme'],
    ['localhost/**', 'localhost.evil/acme'],
    // what is no repository is taken by no pattern, not even by the one for all
    ['**', ''],
    ['**', '/'],
    ['**', 'my-plugin'],
    ['**', 'registry.example'],
    ['**', 'registry.example/'],
    ['**', 'registry.example./acme/my-plugin'],
    ['**', 'registry.example/acme/../evil/my-plugin'],
    ['**', 'registry.example/acme//my-plugin'],
    ['**', 'registry.example/acme/my-plugin:1.2.3'],
    ['**', `registry.example/acme/my-plugin@sha256:${'0'.repeat(64)}`],
    ['**', 'registry.example/Acme/my-plugin'],
    ['**', 'registry.example/acme/my-plugin '],
    ['**', 'registry.example/acme/my-plugin\n'],
    ['**', 'registry.example/acme/my-plugin\0'],
    ['**', 'registry.exаmple/acme/my-plugin'],
    ['**', 'registry.example/acme/my‐plugin'],
    ['**', 'user@registry.example/acme/my-plugin'],
    ['**', 'https://registry.example/acme/my-plugin'],
    ['**', 'oci://registry.example/acme/my-plugin'],
    ['**', 'oci-layout:acme/my-plugin'],
    ['**', '*/acme'],
  ])('%s does not take %j', (pattern, repository) => {
    expect(takes(pattern, repository)).toBe(false);
  });

  it.each([
    ['', 'it names no registry'],
    ['*', 'it names no registry'],
    ['acme/*', 'it names no registry'],
    ['*/acme', 'it names no registry'],
    ['registry.example', 'it names no registry'],
    ['/acme', 'it names no registry'],
    ['registry.example*/acme/*', 'a star stands where none may stand'],
    ['registry.*.example/acme', 'a star stands where none may stand'],
    ['*registry.example/acme', 'a star stands where none may stand'],
    ['**.example/acme', 'a star stands where none may stand'],
    ['*.*.example/acme', 'a star stands where none may stand'],
    ['registry.example:*/acme', 'a star stands where none may stand'],
    ['registry.example/**/my-plugin', 'a star stands where none may stand'],
    ['registry.example/acme/***', 'a star stands where none may stand'],
    ['registry.example/acme/a**', 'a star stands where none may stand'],
    ['registry.example/acme/*a*', 'a star stands where none may stand'],
    ['Registry.example/acme/*', 'it is not in lower case'],
    ['registry.example/Acme/*', 'it is not in lower case'],
    ['docker.io/*', 'one segment on Docker Hub is library/…'],
    ['docker.io/kong-*', 'one segment on Docker Hub is library/…'],
    ['registry.example/acme/my-plugin:1.2.3', 'no repository is called so'],
    ['registry.example/acme/my-plugin:*', 'no repository is called so'],
    ['registry.example/acme/?', 'no repository is called so'],
    ['registry.example/acme/[a-z]*', 'no repository is called so'],
    ['registry.example/acme/{a,b}', 'no repository is called so'],
    ['registry.example/acme/', 'no repository is called so'],
    ['registry.example//acme', 'no repository is called so'],
    ['registry.example/acme/../*', 'no repository is called so'],
    ['registry.example./acme/*', 'no repository is called so'],
    ['*./acme', 'no repository is called so'],
    ['registry.exаmple/acme/*', 'no repository is called so'],
    ['https://registry.example/acme/*', 'no repository is called so'],
    ['oci://registry.example/acme/*', 'no repository is called so'],
    ['!registry.example/acme/*', 'no repository is called so'],
    [' registry.example/acme/*', 'no repository is called so'],
    ['registry.example/acme/*\n', 'no repository is called so'],
  ])('%j is none: %s', async (pattern, why) => {
    const error = await expectError(() => parseRepositoryPattern(pattern), 'USAGE');
    expect(error.message).toContain(why);
  });
});
