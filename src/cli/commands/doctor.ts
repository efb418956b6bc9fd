import { createReadStream } from 'node:fs';
import { addAbortSignal } from 'node:stream';
import type { Command } from 'commander';
import { errnoOf } from '../../errors/kongcrate-error.ts';
import { collectLogText, type LogText } from '../../kong/doctor/log-text.ts';
import { unreadable } from '../../workflows/read-source-file.ts';
import { runDoctor } from '../../workflows/run-doctor.ts';
import { setAction } from '../action.ts';
import type { Context } from '../context.ts';
import {
  addKongOptions,
  addNodeServerOptions,
  askingOf,
  nodePlaceOf,
  type NodeServerFlags,
} from '../kong-options.ts';
import { asDoctorJson, renderDoctor } from '../print-doctor.ts';
import { addLuaRootOption } from '../shared-options.ts';

interface Flags extends NodeServerFlags {
  readonly luaRoot: string;
  readonly log?: string;
  readonly fix?: true;
}

const FOUND_SOMETHING = 17;

export function configure(command: Command, context: Context): void {
  command
    .option('--log <file>', "what Kong said, in place of the node's own error log; - reads a pipe")
    .option('--fix', 'mend what can be mended without a risk');
  addLuaRootOption(command);
  addKongOptions(command);
  addNodeServerOptions(command);
  command.addHelpText('after', EXAMPLES);
  setAction<Flags>(command, context, async (_, flags, call) => {
    const log = await readLog(flags, context);
    const report = await runDoctor({
      ...nodePlaceOf(flags, context),
      ...askingOf(flags, call),
      ...call.calls,
      root: { luaRoot: flags.luaRoot },
      ...(log ? { log } : {}),
      ...(flags.fix ? { fix: true } : {}),
    });
    for (const note of report.notes) call.note(note);
    for (const what of report.unread) call.note(`not looked at: ${what}`);
    const exit = report.findings.length > 0 ? { exitCode: FOUND_SOMETHING } : {};
    return { text: renderDoctor(report), json: asDoctorJson(report), ...exit };
  });
}

async function readLog({ log }: Flags, { signal, stdin }: Context): Promise<LogText | undefined> {
  if (log === undefined) return undefined;
  const stream = log === '-' ? stdin : createReadStream(log);
  try {
    return await collectLogText(log === '-' ? 'log' : log, addAbortSignal(signal, stream));
  } catch (error) {
    signal.throwIfAborted();
    throw errnoOf(error) === undefined ? error : unreadable(log, error);
  }
}

const EXAMPLES = `
Examples:
  $ kongcrate doctor
  $ kongcrate doctor --fix
  $ docker logs kong 2>&1 | kongcrate doctor --log -
  $ kongcrate doctor --admin-url http://control-plane:8001

Finds out why Kong does not load or serve the plugins that are listed, and says what to
do. Writes nothing without --fix, which touches the list of plugins in kong.conf and the
modes and links of what kongcrate installed, nothing else. Exit 17: something was found.`;
