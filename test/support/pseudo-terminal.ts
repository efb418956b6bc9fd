import { kongcrateCommand } from './kongcrate-command.ts';
import { peer } from './peers.ts';
import { run, type RunOptions, type RunResult } from './run.ts';

export interface TerminalOptions extends Omit<RunOptions, 'input'> {
  /** What to type once a text has appeared, in this order; `\r` is the return key. */
  readonly answers?: readonly (readonly [prompt: string, keys: string])[];
  /** 200 unless told. */
  readonly columns?: number;
}

/** Gives a program a terminal of its own, copies what it shows, and answers each prompt once. */
const ON_TERMINAL = `
import fcntl, json, os, pty, struct, sys, termios
answers, columns = json.loads(sys.argv[1])
child, terminal = pty.fork()
if child == 0:
    fcntl.ioctl(1, termios.TIOCSWINSZ, struct.pack('HHHH', 24, columns, 0, 0))
    os.execvp(sys.argv[2], sys.argv[2:])
shown = b''
while True:
    try:
        chunk = os.read(terminal, 4096)
    except OSError:
        break
    if not chunk:
        break
    shown += chunk
    sys.stdout.buffer.write(chunk)
    at = shown.find(answers[0][0].encode()) if answers else -1
    if at >= 0:
        shown = shown[at + len(answers[0][0].encode()):]
        os.write(terminal, answers.pop(0)[1].encode())
sys.exit(os.waitstatus_to_exitcode(os.waitpid(child, 0)[1]))
`;

/** Runs the built command line on a terminal; needs python3. What is shown is in `stdout`. */
export function runOnTerminal(
  args: readonly string[],
  { answers = [], columns = 200, ...options }: TerminalOptions = {},
): Promise<RunResult> {
  const script = JSON.stringify([answers, columns]);
  const command = ['-c', ON_TERMINAL, script, ...kongcrateCommand(args).flat()];
  const env = { TERM: 'xterm', ...options.env };
  return run(peer('python3'), command, { ...options, env });
}
