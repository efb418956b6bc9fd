import type { LoggedRequest } from '../support/test-registry.ts';

/** Which part of the API a path leads to: a digest, a tag of cosign's or any other. */
const KINDS: readonly (readonly [RegExp, string])[] = [
  [/\/blobs\/uploads\//, 'upload'],
  [/\/blobs\/sha256:/, 'blob'],
  [/\/referrers\//, 'referrers'],
  [/\/manifests\/sha256:/, 'manifest'],
  [/\/manifests\/sha256-[0-9a-f]{64}\.sig$/, '.sig'],
  [/\/manifests\/sha256-[0-9a-f]{64}$/, 'fallback'],
  [/\/manifests\//, 'tag'],
];

/** A request as `METHOD kind`: what the budgets count. */
export function kindOf({ method, path }: Pick<LoggedRequest, 'method' | 'path'>): string {
  const kind = KINDS.find(([pattern]) => pattern.test(decodeURIComponent(path)))?.[1];
  return `${method} ${kind ?? path}`;
}
