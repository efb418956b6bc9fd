import { run } from './run.ts';

/** Whether a test may mount a small file system to fill it; in CI it must. */
export const canMount: boolean =
  process.getuid?.() === 0 && (await run('unshare', ['-m', 'true'])).status === 0;

if (!canMount) {
  if (process.env['CI']) throw new Error('tests of full disks need to mount a tmpfs');
  process.stderr.write('SKIPPED full and read-only disks: needs to mount a tmpfs\n');
}
