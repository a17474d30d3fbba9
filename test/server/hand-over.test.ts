/** What one server leaves to the next: all of it, or nothing. */
import { closeSync, fstatSync, ftruncateSync, openSync, readSync, writeSync } from 'node:fs';
import t from 'tap';
import { PLAIN_POLICY } from '../../src/answer/policy.js';
import { loadLibc } from '../../src/platform/libc.js';
import { type HandOver, LAYOUT, readHandOver, writeHandOver } from '../../src/server/hand-over.js';
import { DEFAULT_TCP_LIMITS } from '../../src/server/tcp-admission.js';
import { ANSWER, ASKED, openOn, TABLE, udpClient } from './loopback.js';

const libc = await loadLibc();

if ('unavailable' in libc) t.pass(`skipped: ${libc.unavailable}`, { skip: libc.unavailable });
else {
  const LEFT: HandOver = {
    listen: [{ host: '127.0.0.1', port: 53 }],
    workers: 2,
    tcp: DEFAULT_TCP_LIMITS,
    policy: { ...PLAIN_POLICY, nsid: Uint8Array.of(1, 2, 3) },
    table: TABLE,
  };

  t.test('what was left is answered from', async (t) => {
    const fd = writeHandOver(libc, LEFT);
    if (fd === undefined) throw new Error('there is a file');
    const found = readHandOver(fd);
    closeSync(fd);
    if (found === undefined) throw new Error('it is laid out as here');
    t.match(found, { listen: LEFT.listen, workers: 2, tcp: DEFAULT_TCP_LIMITS });
    t.same([...(found.policy.nsid ?? [])], [1, 2, 3]);
    t.ok(found.table.names.slots.buffer instanceof SharedArrayBuffer);
    t.equal(found.table.names.slots.buffer === TABLE.names.slots.buffer, false, 'it is a copy');
    const { port } = await openOn(t, 'batched', found.table);
    t.same((await (await udpClient(t, port)).ask(ASKED)).answers, ANSWER);
  });

  t.test('what is laid out otherwise is left alone', async (t) => {
    const fd = writeHandOver(libc, LEFT);
    if (fd === undefined) throw new Error('there is a file');
    const head = Buffer.alloc(256);
    readSync(fd, head, 0, head.length, 0);
    const at = head.indexOf(`geopool ${LAYOUT} `);
    t.ok(at > 0);
    writeSync(fd, `geopool ${LAYOUT + 1}`, at);
    t.equal(readHandOver(fd), undefined);
    closeSync(fd);
  });

  t.test('what is not whole, or no such file, is as if it were not there', async (t) => {
    const fd = writeHandOver(libc, LEFT);
    if (fd === undefined) throw new Error('there is a file');
    ftruncateSync(fd, fstatSync(fd).size - 1);
    t.equal(readHandOver(fd), undefined);
    ftruncateSync(fd, 3);
    t.equal(readHandOver(fd), undefined);
    closeSync(fd);
    t.equal(readHandOver(fd), undefined, 'closed');
    const other = openSync('/dev/null', 'r');
    t.equal(readHandOver(other), undefined);
    closeSync(other);
    const text = openSync('package.json', 'r');
    t.equal(readHandOver(text), undefined);
    closeSync(text);
  });
}
