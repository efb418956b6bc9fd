export { KongcrateError, type ErrorOptions } from './errors/kongcrate-error.ts';
export type { ErrorCategory, ErrorCode } from './errors/catalogue.ts';
export { inspectSource, lintSource, listPlugins } from './workflows/inspect-source.ts';
export type { LintedSource, SourceOptions } from './workflows/inspect-source.ts';
export { packPlugin } from './workflows/pack-plugin.ts';
export { packAllToFiles, packToFile } from './workflows/pack-to-file.ts';
export type { PackedFile, PackToFileOptions } from './workflows/pack-to-file.ts';
export type { PackedPlugin, PackOptions } from './workflows/pack-plugin.ts';
export type { Finding } from './plugin/finding.ts';
export { LINT_RULES, type LintRule } from './plugin/lint-rules.ts';
export { readKongRelease, type KongRelease } from './plugin/kong-release.ts';
export type { Capability } from './plugin/capabilities/capability.ts';
export type { FoundPlugin } from './plugin/find-plugin.ts';
export type { RockspecFacts } from './plugin/rockspec.ts';
export type { RockspecBuild, RockspecModule } from './plugin/rockspec-build.ts';
export type { RockDependency } from './plugin/rock-dependencies.ts';
export type { ProvidedDependency } from './plugin/provide-dependencies.ts';
export type { RockspecNote } from './plugin/rockspec-notes.ts';
export { unpackArchive } from './workflows/unpack-archive.ts';
export type { UnpackedArchive, UnpackOptions } from './workflows/unpack-archive.ts';
export { diffPlugins, type DiffOptions, type PluginDiff } from './workflows/diff/diff-plugins.ts';
export type { FileDifference } from './workflows/diff/compare-files.ts';
export type { FactDifference } from './workflows/compare-facts.ts';
export { pushPlugin } from './workflows/push-plugin.ts';
export type { PushedPlugin, PushOptions } from './workflows/push-plugin.ts';
export { publishAll } from './workflows/publish-all.ts';
export { publishPlugin } from './workflows/publish-plugin.ts';
export type { PublishedPlugin, PublishOptions } from './workflows/publish-plugin.ts';
export { pullArtifact } from './workflows/pull-artifact.ts';
export type { PulledArtifact, PullFormat, PullOptions } from './workflows/pull-artifact.ts';
export { copyArtifacts } from './workflows/copy/copy-artifacts.ts';
export type { CopiedArtifact, CopyOptions, CopyReport } from './workflows/copy/copy-artifacts.ts';
export { unpackTrust, type UnpackedTrust } from './workflows/copy/unpack-trust.ts';
export { exportArtifact } from './workflows/export-artifact.ts';
export type { ExportedArtifact, ExportOptions } from './workflows/export-artifact.ts';
export type { ExportedFile, ExportSettings, ExportTarget } from './export/exported-plugin.ts';
export { inspectArtifact } from './workflows/inspect-artifact.ts';
export { signArtifact } from './workflows/sign-artifact.ts';
export type { SignedArtifact, SignOptions } from './workflows/sign-artifact.ts';
export { createParty, type Party, type PartyOptions } from './workflows/create-party.ts';
export { readSigningConfig } from './sigstore/read-signing-config.ts';
export { attestArtifact } from './workflows/attest-artifact.ts';
export type { AttestArtifactOptions, AttestedArtifact } from './workflows/attest-artifact.ts';
export { readPredicate, type ReadPredicate } from './attestation/read-predicate.ts';
export { readBuild } from './attestation/provenance/read-build.ts';
export type { Build } from './attestation/provenance/build.ts';
export type { Description } from './workflows/describe-plugin.ts';
export { verifyAttestation } from './workflows/verify-attestation.ts';
export type { AttestedSubject, VerifiedAttestation } from './workflows/verify-attestation.ts';
export { rotateSignatures } from './workflows/rotation/rotate-signatures.ts';
export type { RotationOptions, RotationReport } from './workflows/rotation/rotate-signatures.ts';
export type { RotatedArtifact } from './workflows/rotation/rotate-artifact.ts';
export { signFile } from './workflows/sign-file.ts';
export type { SignedFile, SignFileOptions } from './workflows/sign-file.ts';
export { verifyArtifact } from './workflows/verify-artifact.ts';
export type { TrustOptions } from './workflows/create-verifier.ts';
export { readMirrors, type ReadMirrorsOptions } from './workflows/mirrors/read-mirrors.ts';
export type { MirrorPlace, MirrorRule, Mirrors } from './workflows/mirrors/mirror-rule.ts';
export { readConfiguration } from './workflows/configuration/read-configuration.ts';
export type {
  Configuration,
  KongSection,
  WantedPlugin,
} from './workflows/configuration/configuration.ts';
export { lockPlugins } from './workflows/lock/lock-plugins.ts';
export type { LockOptions, LockReport } from './workflows/lock/lock-plugins.ts';
export type { LockChange } from './workflows/lock/compare-locks.ts';
export { syncNode } from './workflows/sync/sync-node.ts';
export type { SyncOptions, SyncReport } from './workflows/sync/sync-node.ts';
export type { SyncAction, SyncPlan, SyncStep } from './workflows/sync/sync-plan.ts';
export { syncFollowed, type FollowedSync } from './workflows/sync/sync-followed.ts';
export { followFile, type FollowedLock, type LockSource } from './workflows/lock/lock-source.ts';
export { followReference } from './workflows/lock/follow-reference.ts';
export { followTags } from './workflows/lock/follow-tags.ts';
export { publishLock } from './workflows/lock/publish-lock.ts';
export type { PublishedLockArtifact, PublishLockOptions } from './workflows/lock/publish-lock.ts';
export { watchNode, type WatchOptions } from './workflows/watch/watch-node.ts';
export type { WatchHealth } from './workflows/watch/watch-health.ts';
export type { Clock } from './workflows/watch/clock.ts';
export { readPolicy } from './workflows/read-policy.ts';
export type { TrustPolicy } from './signing/policy/trust-policy.ts';
export type { PolicyDecision } from './signing/policy/decide.ts';
export type { VerifiedArtifact, VerifyOptions } from './workflows/verify-artifact.ts';
export { verifyFile } from './workflows/verify-file.ts';
export type { VerifiedFile, VerifyFileOptions } from './workflows/verify-file.ts';
export type { IdentityDemand, LogDemand } from './signing/signer-demand.ts';
export { updateTrustRoot } from './workflows/trust-root/update-trust-root.ts';
export type {
  TrustRootUpdate,
  UpdateTrustRootOptions,
} from './workflows/trust-root/update-trust-root.ts';
export { exactly, matching, type TextDemand } from './signing/text-demand.ts';
export { installPlugins } from './workflows/install-plugins.ts';
export type { InstallOptions, InstallReport } from './workflows/install-plugins.ts';
export { rollbackPlugins } from './workflows/rollback-plugins.ts';
export type { RollbackOptions, RollbackReport } from './workflows/rollback-plugins.ts';
export { removePlugins } from './workflows/remove-plugins.ts';
export type { RemoveOptions, RemoveReport } from './workflows/remove-plugins.ts';
export { holdPlugins, unholdPlugins } from './workflows/hold-plugins.ts';
export type { HoldOptions, HoldOutcome } from './workflows/hold-plugins.ts';
export { readHistory, type NodeHistory } from './workflows/read-history.ts';
export { verifyInstalled } from './workflows/verify-installed.ts';
export type {
  InstalledVerdict,
  JudgedPlugin,
  VerifyInstalledOptions,
} from './workflows/verify-installed.ts';
export { readStatus } from './workflows/read-status.ts';
export type { NodeStatus } from './workflows/read-status.ts';
export { enablePlugins, type EnableOptions } from './workflows/enable-plugins.ts';
export { disablePlugins } from './workflows/disable-plugins.ts';
export type { DisableOptions, DisableReport } from './workflows/disable-plugins.ts';
export { createSend, type Transport, type TransportOptions } from './http/create-send.ts';
export type { EditOptions, EditReport } from './workflows/edit-kong-conf.ts';
export { runDoctor } from './workflows/run-doctor.ts';
export type { DoctorOptions, DoctorReport } from './workflows/run-doctor.ts';
export type { DoctorCode, DoctorFinding } from './kong/doctor/finding.ts';
export { activateNode, type ActivateOptions } from './workflows/activate-node.ts';
export type {
  ActivationOptions,
  ActivationReport,
} from './workflows/activation/activation-options.ts';
export { readEnvironment } from './workflows/read-environment.ts';
export type { EnvironmentOptions, NodeEnvironment } from './workflows/read-environment.ts';
export type { NodePlace } from './kong/node/kong-node.ts';
export type { KongPlace } from './kong/read-kong-settings.ts';
export { formatVariables } from './kong/format-variables.ts';
export type { Variables, VariablesFormat } from './kong/format-variables.ts';
export { writeImportedKeyPair, writeKeyPair } from './workflows/write-key-pair.ts';
export type { KeyPairOptions, WrittenKeyPair } from './workflows/write-key-pair.ts';
export { openPrivateKey } from './signing/private-key.ts';
export { readPublicKey, type PublicKey } from './signing/public-key.ts';
export { createKeySigner, type Signer } from './signing/signer.ts';
export { openProgramKey } from './workflows/key-program/open-program-key.ts';
export type { KeyProgramOptions } from './workflows/key-program/ask-key-program.ts';
export { login } from './workflows/login.ts';
export type { ForeignRealm, LoggedIn, LoginOptions } from './workflows/login.ts';
export { logout, type LoggedOut } from './workflows/logout.ts';
export type { RegistryAccess } from './workflows/open-repository.ts';
export type { OpenOptions } from './workflows/open-store.ts';
export { readCredentials } from './registry/credentials/read-credentials.ts';
export type {
  GivenCredentials,
  ReadCredentialsOptions,
} from './registry/credentials/read-credentials.ts';
export type { Credentials, CredentialSource } from './registry/credentials/credentials.ts';
export type { ConfigPlaces } from './registry/credentials/config-files.ts';
export { readTrustedAuthHosts } from './registry/credentials/trusted-realms.ts';
