import type { RunResult } from '../run.ts';
import { until } from './eventually.ts';
import type { KongNode } from './kong-node.ts';

/** Runs `kong reload` and waits until none but new workers take requests. */
export async function reloadKong(
  node: KongNode,
  args: readonly string[] = [],
  env: Readonly<Record<string, string>> = {},
): Promise<RunResult> {
  const before = node.workerPids();
  const result = await node.kong(['reload', '-p', node.prefix, ...args], env);
  await until(() => {
    const now = node.workerPids();
    return now.length > 0 && now.every((pid) => !before.includes(pid));
  });
  return result;
}

/** Runs `kong reload` and waits until the error log says that nothing was loaded. */
export async function failReload(
  node: KongNode,
  env: Readonly<Record<string, string>> = {},
): Promise<RunResult> {
  const failures = (): number => node.errorLog().split('init_by_lua error').length;
  const before = failures();
  const result = await node.kong(['reload', '-p', node.prefix], env);
  await until(() => failures() > before);
  return result;
}
