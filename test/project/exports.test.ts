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
        "activateNode",
        "createKeySigner",
        "createSend",
        "disablePlugins",
        "enablePlugins",
        "exactly",
        "formatVariables",
        "holdPlugins",
        "inspectArtifact",
        "inspectSource",
        "installPlugins",
        "login",
        "logout",
        "matching",
        "openPrivateKey",
        "packPlugin",
        "packToFile",
        "publishPlugin",
        "pullArtifact",
        "pushPlugin",
        "readCredentials",
        "readEnvironment",
        "readHistory",
        "readPolicy",
        "readPublicKey",
        "readStatus",
        "readTrustedAuthHosts",
        "removePlugins",
        "rollbackPlugins",
        "runDoctor",
        "signArtifact",
        "signFile",
        "type ActivateOptions",
        "type ActivationOptions",
        "type ActivationReport",
        "type ConfigPlaces",
        "type CredentialSource",
        "type Credentials",
        "type DisableOptions",
        "type DisableReport",
        "type DoctorCode",
        "type DoctorFinding",
        "type DoctorOptions",
        "type DoctorReport",
        "type EditOptions",
        "type EditReport",
        "type EnableOptions",
        "type EnvironmentOptions",
        "type ErrorCategory",
        "type ErrorCode",
        "type ErrorOptions",
        "type Finding",
        "type ForeignRealm",
        "type FoundPlugin",
        "type GivenCredentials",
        "type HoldOptions",
        "type HoldOutcome",
        "type IdentityDemand",
        "type InstallOptions",
        "type InstallReport",
        "type InstalledVerdict",
        "type JudgedPlugin",
        "type KeyPairOptions",
        "type KongPlace",
        "type LogDemand",
        "type LoggedIn",
        "type LoggedOut",
        "type LoginOptions",
        "type NodeEnvironment",
        "type NodeHistory",
        "type NodePlace",
        "type NodeStatus",
        "type OpenOptions",
        "type PackOptions",
        "type PackToFileOptions",
        "type PackedFile",
        "type PackedPlugin",
        "type PolicyDecision",
        "type PublicKey",
        "type PublishOptions",
        "type PublishedPlugin",
        "type PullFormat",
        "type PullOptions",
        "type PulledArtifact",
        "type PushOptions",
        "type PushedPlugin",
        "type ReadCredentialsOptions",
        "type RegistryAccess",
        "type RemoveOptions",
        "type RemoveReport",
        "type RollbackOptions",
        "type RollbackReport",
        "type SignFileOptions",
        "type SignOptions",
        "type SignedArtifact",
        "type SignedFile",
        "type Signer",
        "type SourceOptions",
        "type TextDemand",
        "type Transport",
        "type TransportOptions",
        "type TrustOptions",
        "type TrustPolicy",
        "type TrustRootUpdate",
        "type UnpackOptions",
        "type UnpackedArchive",
        "type UpdateTrustRootOptions",
        "type Variables",
        "type VariablesFormat",
        "type VerifiedArtifact",
        "type VerifiedFile",
        "type VerifyFileOptions",
        "type VerifyInstalledOptions",
        "type VerifyOptions",
        "type WrittenKeyPair",
        "unholdPlugins",
        "unpackArchive",
        "updateTrustRoot",
        "verifyArtifact",
        "verifyFile",
        "verifyInstalled",
        "writeImportedKeyPair",
        "writeKeyPair",
      ]
    `);
  });
});
