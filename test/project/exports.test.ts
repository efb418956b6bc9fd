import { readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';

const REEXPORT = /export (type )?\{([^}]*)\} from '\.[^']+';/g;

/** `src/index.ts` without its comments. */
const source = readFileSync(new URL('../../src/index.ts', import.meta.url), 'utf8').replace(
  /\/\*[\s\S]*?\*\/|\/\/.*$/gm,
  '',
);

/** The names a user can import, types marked as such. */
function exportedNames(): string[] {
  return [...source.matchAll(REEXPORT)]
    .flatMap(([, type = '', names = '']) =>
      names
        .split(',')
        .map((name) => `${type}${name.trim().replace(/^.* as /, '')}`)
        .filter((name) => name !== type),
    )
    .sort();
}

describe('the public API', () => {
  it('is re-exports by name and nothing else', () => {
    expect(source.replace(REEXPORT, '').trim()).toBe('');
  });

  it('is exactly this', () => {
    expect(exportedNames()).toMatchInlineSnapshot(`
      [
        "KongcrateError",
        "createKeySigner",
        "inspectArtifact",
        "inspectSource",
        "installPlugins",
        "openPrivateKey",
        "packPlugin",
        "packToFile",
        "publishPlugin",
        "pullArtifact",
        "pushPlugin",
        "readPublicKey",
        "readStatus",
        "rollbackPlugins",
        "signArtifact",
        "type ErrorCategory",
        "type ErrorCode",
        "type ErrorOptions",
        "type Finding",
        "type FoundPlugin",
        "type InstallOptions",
        "type InstallReport",
        "type KeyPairOptions",
        "type NodeStatus",
        "type PackOptions",
        "type PackToFileOptions",
        "type PackedFile",
        "type PackedPlugin",
        "type PublicKey",
        "type PublishOptions",
        "type PublishedPlugin",
        "type PullFormat",
        "type PullOptions",
        "type PulledArtifact",
        "type PushOptions",
        "type PushedPlugin",
        "type RollbackOptions",
        "type RollbackReport",
        "type SignOptions",
        "type SignedArtifact",
        "type Signer",
        "type SourceOptions",
        "type TrustOptions",
        "type UnpackOptions",
        "type UnpackedArchive",
        "type VerifiedArtifact",
        "type VerifyOptions",
        "type WrittenKeyPair",
        "unpackArchive",
        "verifyArtifact",
        "writeImportedKeyPair",
        "writeKeyPair",
      ]
    `);
  });
});
