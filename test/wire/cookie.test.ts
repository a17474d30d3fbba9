import t from 'tap';
import { MALFORMED, newCookie, readCookie, writeCookieOption } from '../../src/wire/cookie.js';

const octets = Uint8Array.from({ length: 64 }, (_, i) => i);
const view = new DataView(octets.buffer);

t.test('RFC 7873 §5.2.2: valid lengths are 8 and 16 to 40', async (t) => {
  for (let size = 0; size <= 60; size++) {
    const cookie = newCookie();
    readCookie(view, 1, size, cookie);
    const valid = size === 8 || (size >= 16 && size <= 40);
    t.equal(cookie.size, valid ? size : MALFORMED, `${size} octets`);
  }
});

t.test('RFC 7873 §5.2: the first of several counts, whatever the others are', async (t) => {
  const cookie = newCookie();
  for (const [at, size] of [
    [1, 24],
    [40, 8],
    [40, 3],
  ] as const)
    readCookie(view, at, size, cookie);
  t.equal(cookie.size, 24);
  const out = new DataView(new ArrayBuffer(30));
  t.equal(writeCookieOption(out, 1, cookie), 29);
  const expected = `00000a0018${Buffer.from(octets.slice(1, 25)).toString('hex')}00`;
  t.same(Buffer.from(out.buffer).toString('hex'), expected);
  const bad = newCookie();
  readCookie(view, 1, 3, bad);
  readCookie(view, 1, 8, bad);
  t.equal(bad.size, MALFORMED);
});
