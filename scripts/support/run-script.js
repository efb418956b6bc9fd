/** Runs a script's main function: a failure is its message and exit status 1, without a stack. */
export async function runScript(main) {
  try {
    await main();
  } catch (error) {
    process.stderr.write(`${error.message}\n`);
    process.exitCode = 1;
  }
}
