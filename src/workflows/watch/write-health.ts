import { renameSync } from 'node:fs';
import { asWriteFailure } from '../../errors/as-write-failure.ts';
import { writeAside } from '../../system/write-aside.ts';
import { renderMetrics } from './render-metrics.ts';
import type { WatchHealth } from './watch-health.ts';

/** Where others read how a node is. */
export interface HealthFiles {
  /** JSON. */
  readonly healthFile?: string | undefined;
  /** Prometheus' text format. */
  readonly metricsFile?: string | undefined;
}

/**
 * Replaces the files that say how a node is, each in one step.
 * @throws KongcrateError INSTALL_FAILED, SOURCE_UNREADABLE, as a file cannot be written
 */
export function writeHealth(health: WatchHealth, { healthFile, metricsFile }: HealthFiles): void {
  const document = { schemaVersion: 1, ...health };
  if (healthFile !== undefined) replace(healthFile, `${JSON.stringify(document, null, 2)}\n`);
  if (metricsFile !== undefined) replace(metricsFile, renderMetrics(health));
}

function replace(path: string, text: string): void {
  try {
    writeAside(path, text, { mode: 0o644, place: renameSync });
  } catch (error) {
    throw asWriteFailure(path, error);
  }
}
