const cleanUps: (() => unknown)[] = [];

/** Has this done after the last test of the file that runs, what was asked for last first. */
export function afterThisFile(cleanUp: () => unknown): void {
  cleanUps.push(cleanUp);
}

/** Ends all that the tests of a file have started. */
export async function cleanUpFile(): Promise<void> {
  for (const cleanUp of cleanUps.splice(0).reverse()) await cleanUp();
}
