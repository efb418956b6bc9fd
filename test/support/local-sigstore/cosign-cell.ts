import { hasLog, type Witnesses } from './signing-config.ts';

/** One way to sign with cosign. */
export interface CosignCell {
  readonly cosign: 2 | 3;
  readonly format: 'legacy' | 'bundle';
  readonly material: 'key' | 'key+log' | 'keyless';
  readonly log: Witnesses;
}

const COSIGNS = [2, 3] as const;
const FORMATS = ['legacy', 'bundle'] as const;
const MATERIALS = ['key', 'key+log', 'keyless'] as const;
const LOGS = ['none', 'rekor1', 'rekor1+tsa', 'rekor2+tsa', 'tsa-only'] as const;

/** Every way, the impossible ones too. */
export const COSIGN_CELLS: readonly CosignCell[] = COSIGNS.flatMap((cosign) =>
  FORMATS.flatMap((format) =>
    MATERIALS.flatMap((material) => LOGS.map((log) => ({ cosign, format, material, log }))),
  ),
);

/** Go's clients go past a proxy for loopback only: whatever else they ask for is refused. */
export const LOOPBACK_ONLY = {
  HTTP_PROXY: 'http://127.0.0.1:9',
  HTTPS_PROXY: 'http://127.0.0.1:9',
} as const;

export function nameOfCell({ cosign, format, material, log }: CosignCell): string {
  return `cosign ${cosign}, ${format}, ${material}, ${log}`;
}

/** Why nobody can sign so, or undefined where cosign does. */
export function whyImpossible({ cosign, format, material, log }: CosignCell): string | undefined {
  if (material === 'key' && hasLog(log)) return 'a key signature in a log is key+log';
  if (material === 'key+log' && !hasLog(log)) return 'key+log without a log is key';
  if (cosign === 2 && format === 'bundle')
    return 'cosign 2 has no flag to sign an image in a bundle';
  if (format === 'legacy' && log === 'rekor2+tsa')
    return 'a legacy signature holds the promise of Rekor v1, which v2 does not make';
  return undefined;
}
