import { gzipSync } from 'node:zlib';
import { describe, expect, it } from 'vitest';
import { readBody } from '../../src/http/read-body.ts';
import { get, makeSend } from '../http/make-send.ts';
import { startServer } from '../http/start-server.ts';

// R15: containerd TestContentEncoding; object stores label plain bytes `aws-chunked`.

const BYTES = gzipSync('a layer');

describe('R15: an answer that claims an encoding', () => {
  it.each(['gzip', 'x-gzip', 'deflate', 'br', 'zstd', 'aws-chunked', 'gzip, gzip'])(
    '%s: the bytes stay as they were sent',
    async (encoding) => {
      const url = await startServer((_request, response) => {
        response.writeHead(200, { 'Content-Encoding': encoding }).end(BYTES);
      });
      const body = await readBody(await makeSend()(get(url)), 1000);
      expect(body.equals(BYTES)).toBe(true);
    },
  );

  it('none is asked for, whatever the caller wrote', async () => {
    const asked: (string | undefined)[] = [];
    const url = await startServer((request, response) => {
      asked.push(request.headers['accept-encoding']?.toString());
      response.end();
    });
    const response = await makeSend()(get(url, { headers: { 'ACCEPT-ENCODING': 'gzip, br' } }));
    response.discard();
    expect(asked).toEqual(['identity']);
  });
});
