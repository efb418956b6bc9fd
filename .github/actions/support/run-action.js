import { furtherFlagsOf, loginOf, readInputs } from './read-inputs.js';
import { provideKongcrate } from './provide-kongcrate.js';
import { runKongcrate } from './run-kongcrate.js';
import { heading, paragraph } from './summary.js';
import { annotate, showOutput, writeOutputs, writeSummary } from './tell-runner.js';

/**
 * Reads the inputs, runs one command of kongcrate, and tells outputs and summary, or the error. The
 * exit status is kongcrate's.
 * @param action command; callOf: inputs -> {flags, operands}; report: its JSON -> {outputs, summary}
 */
export function runAction({ command, callOf, report }) {
  const { env } = process;
  try {
    const inputs = readInputs(env);
    const { flags, operands } = callOf(inputs);
    const login = loginOf(inputs);
    const call = {
      command,
      flags: [...flags, ...login.flags, ...furtherFlagsOf(inputs)],
      operands,
      stdin: login.stdin,
    };
    const { said, error, status, result } = runKongcrate(provideKongcrate(inputs, env), call);
    showOutput(said);
    if (error) return fail(command, error, status);
    const { outputs, summary } = report(result);
    const lines = Object.entries(outputs).map(([name, value]) => `${name}: ${value}`);
    showOutput(lines.join('\n'));
    writeOutputs(outputs, env);
    writeSummary(summary, env);
  } catch (error) {
    const remedy = 'Mend what the message names: see docs/pipelines.md.';
    fail(command, { code: 'ACTION_FAILED', message: error.message, remedy }, 2);
  }
}

function fail(command, { code, message, remedy }, status) {
  annotate('error', `kongcrate ${command}: ${code}`, `${message}\n${remedy}`);
  const summary = [heading(`kongcrate ${command} failed: ${code}`), paragraph(message)];
  writeSummary([...summary, paragraph(remedy)].join(''), process.env);
  process.exitCode = status;
}
