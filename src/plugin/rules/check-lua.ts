import type { Finding } from '../finding.ts';
import type { LuaModule } from '../lua-module.ts';

/** Whether LuaJIT compiles the file, and other readers of Lua do too. */
export function checkLua({ file, bytes, parsed }: LuaModule): readonly Finding[] {
  const mark = Buffer.from(bytes.subarray(0, 3)).toString('hex') === 'efbbbf' ? [marked(file)] : [];
  if (parsed.ok) return mark;
  const { reason, line, message } = parsed;
  if (reason === 'syntax')
    return [
      ...mark,
      {
        severity: 'error',
        rule: 'lua-syntax',
        file,
        line,
        message,
        remedy: 'Correct the syntax; Kong loads Lua 5.1 as LuaJIT understands it.',
      },
    ];
  return [
    ...mark,
    {
      severity: 'warning',
      rule: 'lua-too-large',
      file,
      line,
      message: `it was not checked: ${message}`,
      remedy: 'Put large data into a file that is no Lua, and read that.',
    },
  ];
}

function marked(file: string): Finding {
  return {
    severity: 'warning',
    rule: 'byte-order-mark',
    file,
    line: 1,
    message: 'it begins with a byte order mark, which LuaJIT skips and other tools refuse',
    remedy: 'Save the file as UTF-8 without a byte order mark.',
  };
}
