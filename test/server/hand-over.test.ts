/** What one server leaves to the next: all of it, or nothing. */
import { closeSync, fstatSync, ftruncateSync, openSync } from 'node:fs';
import t from 'tap';
import { PLAIN_POLICY } from '../../src/answer/policy.js';
import { loadLibc } from '../../src/libc.js';
import { type HandOver, readHandOver, writeHandOver } from '../../src/net/hand-over.js';
import { DEFAULT_TCP_LIMITS } from '../../src/net/tcp-admission.js';
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
    if (found === undefined) throw new Error('it is of this build');
    t.match(found, { listen: LEFT.listen, workers: 2, tcp: DEFAULT_TCP_LIMITS });
    t.same([...(found.policy.nsid ?? [])], [1, 2, 3]);
    t.ok(found.table.names.slots.buffer instanceof SharedArrayBuffer);
    t.equal(found.table.names.slots.buffer === TABLE.names.slots.buffer, false, 'it is a copy');
    const { port } = await openOn(t, 'batched', found.table);
    t.same((await (await udpClient(t, port)).ask(ASKED)).answers, ANSWER);
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
