import t from 'tap';
import { createResponseReader } from '../../src/probe/http-response.js';
import { ODD_ANSWERS } from './odd-answers.js';

/** What a reader makes of a text that comes in pieces of `size` octets, and of the close behind it. */
function read(
  text: string,
  { method = 'GET', size = 1_000_000 }: { method?: 'GET' | 'HEAD'; size?: number } = {},
) {
  const events: string[] = [];
  let body = '';
  const reader = createResponseReader(method, {
    head: ({ status, headers }) => events.push(`${status} ${JSON.stringify(Object.fromEntries(headers))}`),
    body: (octets) => {
      body += octets.toString('latin1');
    },
    end: () => events.push('end'),
  });
  const octets = Buffer.from(text, 'latin1');
  for (let at = 0; at < octets.length; at += size) reader.read(octets.subarray(at, at + size));
  const open = events.at(-1) !== 'end';
  const whole = reader.close();
  return { events, body, whole, endedByClose: open && whole };
}

const SIZES = [1, 2, 3, 7, 1_000_000];

t.test('a body by its length, in pieces of any size', async (t) => {
  for (const size of SIZES) {
    const text = 'HTTP/1.1 200 OK\r\nContent-Length: 5\r\nX-A: 1\r\nx-a:2  \r\n\r\nhellothere';
    t.same(
      read(text, { size }),
      {
        events: ['200 {"content-length":"5","x-a":"1, 2"}', 'end'],
        body: 'hello',
        whole: true,
        endedByClose: false,
      },
      `pieces of ${size}`,
    );
  }
});

t.test('a body in chunks, with extensions and a trailer', async (t) => {
  for (const size of SIZES) {
    const text =
      'HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n5;x=y\r\nhello\r\n00A\r\n, world.. \r\n0\r\nT: 1\r\n\r\n';
    const { body, events, whole } = read(text, { size });
    t.equal(body, 'hello, world.. ');
    t.equal(events.at(-1), 'end');
    t.ok(whole);
  }
  t.notOk(read('HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n5\r\nhel').whole, 'cut off in a chunk');
});

t.test('a body until the connection ends', async (t) => {
  t.match(read('HTTP/1.0 200\r\n\r\nall of it'), { body: 'all of it', whole: true, endedByClose: true });
  t.notOk(read('HTTP/1.1 200 OK\r\nContent-Length: 5\r\n\r\nhel').whole);
  t.notOk(read('HTTP/1.1 200 OK\r\nConte').whole);
});

t.test('answers without a body', async (t) => {
  t.same(read('HTTP/1.1 204 No Content\r\n\r\n').events.at(-1), 'end');
  t.same(read('HTTP/1.1 304 Not Modified\r\nContent-Length: 9\r\n\r\n').events.at(-1), 'end');
  t.same(read('HTTP/1.1 200 OK\r\nContent-Length: 9\r\n\r\n', { method: 'HEAD' }).events.at(-1), 'end');
  t.same(read('HTTP/1.1 200 OK\r\nContent-Length: 0\r\n\r\n').events.at(-1), 'end');
});

t.test('interim answers are passed over, lone line feeds and folded lines taken', async (t) => {
  const { events } = read(
    'HTTP/1.1 100 Continue\r\n\r\nHTTP/1.1 103 Early\r\nA: b\r\n\r\nHTTP/1.1 404 No\nA: b\n\tc\n\nx',
  );
  t.same(events, ['404 {"a":"b c"}', 'end']);
});

t.test('what is not HTTP is seen as soon as it shows', async (t) => {
  for (const text of [
    '220 ftp.example.org ready',
    'HTTP/1.2 200 OK\r\n\r\n',
    'HTTP/1.1 20 OK\r\n\r\n',
    'HTTP/1.1 2000 OK\r\n\r\n',
    'HTTP/1.1 200 OK\r\nno colon\r\n\r\n',
    'HTTP/1.1 200 OK\r\n folded into nothing\r\n\r\n',
    'HTTP/1.1 200 OK\r\nA: b\0\r\n\r\n',
    'HTTP/1.1 200 OK\r\nContent-Length: 1, 2\r\n\r\n',
    'HTTP/1.1 200 OK\r\nContent-Length: 1\r\nContent-Length: 2\r\n\r\n',
    'HTTP/1.1 200 OK\r\nContent-Length: -1\r\n\r\n',
    'HTTP/1.1 200 OK\r\nContent-Length: \r\n\r\n',
    'HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\nxyz\r\n',
    'HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n1\r\nab\r\n',
    `HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n1;${'x'.repeat(2000)}`,
  ]) {
    t.throws(() => read(text), { code: 'ERR_HTTP_INVALID' }, JSON.stringify(text.slice(0, 80)));
  }
});

t.test('what clients take is taken, in pieces of any size', async (t) => {
  for (const [name, text] of Object.entries(ODD_ANSWERS)) {
    for (const size of SIZES) {
      const { body, whole } = read(text, { size });
      t.equal(body, 'hello', `${name}, pieces of ${size}`);
      t.ok(whole, name);
    }
  }
});

t.test('a name is found whatever stands around it, and a value loses its blanks alone', async (t) => {
  const { events } = read('HTTP/1.1 204 OK\r\nX-A \t: 1\r\nLocation: \t/voil\xc3\xa0 \r\n\r\n');
  t.equal(events[0], `204 ${JSON.stringify({ 'x-a': '1', location: '/voil\xc3\xa0' })}`);
});

t.test('the length is that of the body, where nothing else ends it', async (t) => {
  const lengthOf = (text: string, method: 'GET' | 'HEAD' = 'GET') => {
    let length: number | undefined;
    createResponseReader(method, {
      head: (head) => {
        length = head.length;
      },
      body: () => undefined,
      end: () => undefined,
    }).read(Buffer.from(`HTTP/1.1 200 OK\r\n${text}\r\n`));
    return length;
  };
  t.equal(lengthOf('Content-Length: 7, 7\r\n'), 7);
  t.equal(lengthOf('Content-Length: 7\r\nTransfer-Encoding: chunked\r\n'), undefined);
  t.equal(lengthOf(''), undefined);
  t.equal(lengthOf('Content-Length: 7\r\n', 'HEAD'), 0);
});

t.test('no header is longer than 64 KiB, in whatever parts it comes', async (t) => {
  const long = { code: 'ERR_HTTP_HEADER_LENGTH' };
  for (const size of SIZES) {
    t.throws(() => read(`HTTP/1.1 200 OK\r\nA: ${'x'.repeat(70_000)}`, { size }), long);
  }
  t.throws(() => read('HTTP/1.1 103 Early\r\n\r\n'.repeat(4000)), long, 'interim ones together');
  t.throws(
    () => read(`HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n${'A: b\r\n'.repeat(20_000)}`),
    long,
  );
});
