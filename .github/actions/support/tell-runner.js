import { randomUUID } from 'node:crypto';
import { appendFileSync } from 'node:fs';

/** Texts of a registry come along: no line of them may be a command to the runner. */
export function showOutput(text) {
  if (text === '') return;
  const token = randomUUID();
  process.stdout.write(`::stop-commands::${token}\n${text.trimEnd()}\n::${token}::\n`);
}

/** An annotation of the run: `error` or `warning`. */
export function annotate(level, title, message) {
  process.stdout.write(`::${level} title=${escapeProperty(title)}::${escapeData(message)}\n`);
}

/** A value with a line feed would go on as another output. */
export function writeOutputs(outputs, environment) {
  const lines = Object.entries(outputs).map(([name, value]) => {
    if (/[\r\n]/.test(value)) throw new Error(`the output ${name} has more than one line`);
    return `${name}=${value}\n`;
  });
  append(environment.GITHUB_OUTPUT, lines.join(''));
}

export function writeSummary(text, environment) {
  append(environment.GITHUB_STEP_SUMMARY, text);
}

/** A runner that has no such file shows no summary. */
function append(file, text) {
  if (file) appendFileSync(file, text);
}

const escapeData = (text) =>
  text.replaceAll('%', '%25').replaceAll('\r', '%0D').replaceAll('\n', '%0A');

const escapeProperty = (text) => escapeData(text).replaceAll(':', '%3A').replaceAll(',', '%2C');
