import { parseArgs } from 'node:util';

/** Splits a command line of `kong`; `config parse` is one command. */
export function parseArguments(argv) {
  const { values, positionals } = parseArgs({
    args: argv,
    allowPositionals: true,
    options: {
      conf: { type: 'string', short: 'c' },
      prefix: { type: 'string', short: 'p' },
      v: { type: 'boolean' },
      vv: { type: 'boolean' },
    },
  });
  const [first = '', ...rest] = positionals;
  const [command, file] =
    first === 'config' ? [`config ${rest[0] ?? ''}`, rest[1]] : [first, rest[0]];
  return { command, options: { conf: values.conf, prefix: values.prefix, file } };
}
