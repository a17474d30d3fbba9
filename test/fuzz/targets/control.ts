/**
 * The control socket. The first octet of an input chooses: a request as HTTP has it with the rest as its body, or the rest
 * as it is, in place of a request. What comes back is HTTP with JSON or with nothing, and never a stack.
 */
import { mkdtempSync, rmSync } from 'node:fs';
import { connect } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Handlers } from '../../../src/control/handlers.js';
import { createLine } from '../../../src/control/line.js';
import { openControl } from '../../../src/control/server.js';
import { GeopoolError } from '../../../src/platform/errors.js';
import { createRecordingLog } from '../../health/recording-log.js';
import { type Target, textOctets } from '../target.js';

const ROUTES = [
  ...['/disable', '/enable', '/explain', '/reload', '/geo/update', '/challenge/add', '/challenge/remove'],
  ...['/status', '/geo', '/history'],
];

export async function openControlTarget(): Promise<Target> {
  const directory = mkdtempSync(join(tmpdir(), 'geopool-fuzz-'));
  const path = join(directory, 's');
  const log = createRecordingLog();
  const server = await openControl(path, HANDLERS, undefined, log);
  return {
    maxLength: 4000,
    seeds: [
      ...ROUTES.map((_, i) => input(i, '{}')),
      input(0, '{"mirror":"aurora","reason":"x","until":"2026-01-01T00:00:00Z"}'),
      input(1, '{"mirror":"dl.example.org/aurora"}'),
      input(2, '{"name":"dl.example.org","from":"192.0.2.1","type":"A"}'),
      input(255, 'GET /status HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\r\n'),
      input(
        255,
        'POST /enable HTTP/1.1\r\nHost: x\r\nTransfer-Encoding: chunked\r\n\r\n2\r\n{}\r\n0\r\n\r\n',
      ),
    ],
    dictionary: WORDS.map(textOctets),
    async take(octets) {
      const reply = await exchange(path, requestOf(octets));
      if (reply === '') return 'nothing';
      const [, status] = /^HTTP\/1\.1 (\d{3}) /.exec(reply) ?? [];
      if (status === undefined) throw new Error(`no HTTP: ${reply}`);
      if (/\n\s+at |node:internal|\/src\//.test(reply)) throw new Error(`a stack: ${reply}`);
      const said = log.events().filter((event) => event !== 'control-not-shared');
      if (said.length > 0) throw new Error(`it logs ${said.join()}`);
      if (status === '500') throw new Error(`a defect: ${reply}`);
      return status;
    },
    async close() {
      await server.close();
      rmSync(directory, { recursive: true });
    },
  };
}

function input(route: number, body: string): Uint8Array {
  return textOctets(`${String.fromCharCode(route)}${body}`).slice();
}

function requestOf(octets: Uint8Array): Buffer {
  const body = Buffer.from(octets.subarray(1));
  const route = ROUTES[octets[0] ?? 0];
  if (route === undefined) return body;
  const method = (octets[0] ?? 0) < 7 ? 'POST' : 'GET';
  const head = `${method} ${route} HTTP/1.1\r\nHost: x\r\nConnection: close\r\nContent-Length: ${body.length}\r\n\r\n`;
  return Buffer.concat([Buffer.from(head), body]);
}

/** What comes back until the server ends the connection, which it does once we have ended ours. */
function exchange(path: string, request: Buffer): Promise<string> {
  return new Promise((resolve) => {
    const socket = connect({ path, allowHalfOpen: true });
    let reply = '';
    socket.setEncoding('latin1').on('data', (text: string) => {
      reply += text;
    });
    socket.on('error', () => undefined);
    socket.on('end', () => socket.destroy());
    socket.on('close', () => resolve(reply));
    socket.end(request);
  });
}

const CHANGED = { zone: 'z', mirror: 'm', changed: true, all: [] };
const HANDLERS: Handlers = {
  status: () => {
    throw new GeopoolError('REQUEST_REFUSED', 'this server is none');
  },
  explain: async () => {
    throw new GeopoolError('REQUEST_REFUSED', 'no such pool');
  },
  explaining: createLine(1, 16),
  probe: async () => [],
  history: async () => ({ at: '2026-01-01T00:00:00Z', transitions: [], addresses: [], mirrors: [] }),
  disable: async () => CHANGED,
  enable: async () => CHANGED,
  challenges: {
    add: async () => ({ name: 'n', token: 't', since: '', until: '' }),
    remove: async () => ({ name: 'n', removed: 0 }),
    list: () => [],
  },
  reload: async () => ({ generation: 1, zones: 1, faults: [] }),
  geoInfo: () => [],
  geoAccept: async () => [],
  geoReject: async () => [],
  geoUpdates: () => [],
  notifyTest: async () => ({ channels: [] }),
  geoUpdate: async () => ({ editions: [] }),
};

const WORDS = [
  ...['GET ', 'POST ', 'HEAD ', 'OPTIONS ', 'CONNECT ', ' HTTP/1.1\r\n', ' HTTP/0.9\r\n', '\r\n', '\r\n\r\n'],
  ...[
    'Content-Length: 5\r\n',
    'Content-Length: -1\r\n',
    'Transfer-Encoding: chunked\r\n',
    'Expect: 100-continue\r\n',
  ],
  ...['Upgrade: websocket\r\nConnection: Upgrade\r\n', 'ffffffff\r\n', '0\r\n\r\n', ...ROUTES],
  ...[
    '"mirror"',
    '"reason"',
    '"until"',
    '"name"',
    '"from"',
    '"type"',
    '"A"',
    '"AAAA"',
    '{',
    '}',
    '[',
    ']',
    ':',
    ',',
  ],
  ...['null', 'true', '1e999', '"__proto__"', '"constructor"', '\\u0000', '\\ud800', '"', '\u0000', '{"a":'],
];
