import { createServer, type RequestListener } from 'node:http';
import type { AddressInfo } from 'node:net';
import { HttpRequest } from '@smithy/core/protocols';
import { describe, expect, it } from 'vitest';
import { parseSdkError, isTimeout, networkTrouble } from '../../../src/aws/http/sdk-error.ts';
import { makeTransport } from '../../../src/aws/http/transport.ts';

const answeredBy = async (listener: RequestListener) => {
  const server = createServer(listener);
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const { port } = server.address() as AddressInfo;
  const transport = await makeTransport({ maxSockets: 4, withinMs: 150 });
  try {
    const { response } = await transport.handle(
      new HttpRequest({
        protocol: 'http:',
        hostname: '127.0.0.1',
        port,
        method: 'POST',
        path: '/',
        headers: {},
        body: 'x',
      }),
    );
    return { response, error: null };
  } catch (error) {
    return { response: null, error: parseSdkError(error) };
  } finally {
    transport.destroy();
    server.closeAllConnections();
    server.close();
  }
};

describe('a response', () => {
  it('comes with its body read', async () => {
    const { response } = await answeredBy((_, answer) => answer.end('{"a":1}'));
    expect(Buffer.from(response?.body as Uint8Array).toString()).toBe('{"a":1}');
  });

  it.each<[string, RequestListener]>([
    ['never begins', () => {}],
    ['never ends', (_, answer) => answer.writeHead(200).write('{')],
    [
      'drips',
      (_, answer) => {
        answer.writeHead(200);
        const timer = setInterval(() => answer.write(' '), 20);
        answer.on('close', () => clearInterval(timer));
      },
    ],
  ])('that %s is a time-out', async (_, listener) => {
    const { error } = await answeredBy(listener);
    expect(error !== null && isTimeout(error)).toBe(true);
  });

  it('cut off by the connection is a reset', async () => {
    const { error } = await answeredBy((request, answer) => {
      answer.writeHead(200, { 'content-length': '100' }).write('half');
      setTimeout(() => request.socket.destroy(), 20);
    });
    expect(error !== null && networkTrouble(error)).toBe('network-reset');
  });

  it.each([
    ['<A><B>x</B>', false],
    ['<A><B>x</B></A>', true],
    ['<?xml version="1.0"?>\n<A xmlns="u">x</A>\n', true],
    ['<A/>', true],
    ['', true],
    ['not xml', false],
  ])('in XML is accepted only when complete: %j', async (body, whole) => {
    const { response, error } = await answeredBy((_, answer) =>
      answer.writeHead(200, { 'content-type': 'text/xml' }).end(body),
    );
    expect(response !== null).toBe(whole);
    expect(error?.name).toBe(whole ? undefined : 'SyntaxError');
  });
});

describe('connections', () => {
  it('are reused, and never outnumber the allowed calls across hosts', async () => {
    const open = new Set<object>();
    let opened = 0;
    let most = 0;
    const servers = await Promise.all(
      [0, 1, 2].map(async () => {
        const server = createServer((_, answer) => answer.end('{}'));
        server.on('connection', (socket) => {
          opened += 1;
          open.add(socket);
          socket.on('close', () => open.delete(socket));
        });
        await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
        return server;
      }),
    );
    const transport = await makeTransport({ maxSockets: 2 });
    const twice = async (index: number) => {
      const { port } = servers[index]?.address() as AddressInfo;
      const one = () =>
        transport.handle(
          new HttpRequest({
            protocol: 'http:',
            hostname: '127.0.0.1',
            port,
            method: 'POST',
            path: '/',
            headers: {},
            body: 'x',
          }),
        );
      await Promise.all([one(), one()]);
      await new Promise((resolve) => setTimeout(resolve, 20));
      most = Math.max(most, open.size);
    };
    for (const index of [0, 0, 0, 1, 1, 2, 2, 0]) await twice(index);
    expect({ most, opened }).toEqual({ most: 2, opened: 8 });
    transport.destroy();
    for (const server of servers) {
      server.closeAllConnections();
      server.close();
    }
  });
});
