import { SpoolRoom } from '../../src/system/spool-room.ts';

/** Fills a spool in the directory it is told, says so, and waits to be killed. */
const { directory } = JSON.parse(process.argv[2] ?? '') as { readonly directory: string };
new SpoolRoom({ directories: [directory] }).open().write(Buffer.alloc(1024 * 1024));
process.stdout.write('written');
setInterval(() => undefined, 1000);
