import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';

const HANDLER = `local HelloKong = {
  PRIORITY = 1000,
  VERSION = "1.0.0",
}

function HelloKong:header_filter(config)
  kong.response.set_header(config.header_name, "hello from Kong")
end

return HelloKong
`;

const SCHEMA = `return {
  name = "hello-kong",
  fields = {
    {
      config = {
        type = "record",
        fields = {
          { header_name = { type = "string", default = "X-Hello" } },
        },
      },
    },
  },
}
`;

/** Writes a small plugin that Kong 3 loads: one response header, its name configurable. */
export function writeSamplePlugin(directory: string): void {
  const plugin = join(directory, 'kong', 'plugins', 'hello-kong');
  mkdirSync(plugin, { recursive: true });
  writeFileSync(join(plugin, 'handler.lua'), HANDLER);
  writeFileSync(join(plugin, 'schema.lua'), SCHEMA);
}
