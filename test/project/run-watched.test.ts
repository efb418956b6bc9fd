import { describe, expect, it } from 'vitest';
import { runWatched } from '../support/run-watched.ts';

describe('the recorder sees', () => {
  it('nothing where nothing is asked', async () => {
    expect(await runWatched(['version'])).toMatchObject({ status: 0, targets: [] });
  });

  it.each([
    ['127.0.0.1:65535', "import { get } from 'node:http'; get('http://127.0.0.1:65535')"],
    ['127.0.0.1:65535', "import { connect } from 'node:tls'; connect(65535, '127.0.0.1')"],
    [
      '127.0.0.1:65535',
      "import { Socket } from 'node:net'; new Socket().connect(65535, '127.0.0.1')",
    ],
    ['pipe /no/socket', "import { connect } from 'node:net'; connect('/no/socket')"],
    ['dns localhost', "import dns from 'node:dns/promises'; dns.lookup('localhost')"],
    [
      'dns log.example',
      "import { Resolver } from 'node:dns'; const own = new Resolver({ timeout: 1, tries: 1 }); own.setServers(['127.0.0.1']); own.resolve4('log.example', () => {})",
    ],
    ['udp', "import { createSocket } from 'node:dgram'; createSocket('udp4').unref()"],
    ['program', "import { spawn } from 'node:child_process'; spawn('true')"],
    ['program', "import { execFileSync } from 'node:child_process'; execFileSync('true')"],
    ['worker', "import { Worker } from 'node:worker_threads'; new Worker('', { eval: true })"],
  ])('%s, asked by %s', async (target, text) => {
    const { targets } = await runWatched(['version'], text);
    expect(targets).toEqual([target]);
  });
});
