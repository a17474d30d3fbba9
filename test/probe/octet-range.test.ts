import t from 'tap';
import { rangeHeader, wrongRange } from '../../src/probe/octet-range.js';

const head = (status: number, headers: Record<string, string> = {}, length?: number) => ({
  status,
  headers: new Map(Object.entries(headers)),
  ...(length !== undefined && { length }),
});
const FIRST = { first: 0, last: 0 };

t.test('the octets that were asked for, and no others', async (t) => {
  t.equal(rangeHeader({ first: 5, last: 9 }), 'bytes=5-9');
  for (const range of ['bytes 0-0/100', 'bytes 0-0/*', 'Bytes 0-0/1']) {
    t.equal(wrongRange(head(206, { 'content-range': range }), FIRST), undefined, range);
  }
  t.equal(
    wrongRange(head(206, { 'content-range': 'bytes 5-6/7' }), { first: 5, last: 9 }),
    undefined,
    'to its end',
  );
});

t.test('everything else breaks those who resume', async (t) => {
  const table: readonly (readonly [ReturnType<typeof head>, RegExp])[] = [
    [head(200), /^200 OK for octets 0-0, expected 206: it does not serve ranges$/],
    [head(416), /^416 Range Not Satisfiable for octets 0-0, expected 206$/],
    [head(404), /^404 Not Found for octets 0-0/],
    [head(206), /^206 for octets 0-0 without Content-Range$/],
    [head(206, { 'content-range': 'bytes 0-1/100' }), /with Content-Range "bytes 0-1\/100"$/],
    [head(206, { 'content-range': 'bytes 1-1/100' }), /with Content-Range/],
    [head(206, { 'content-range': 'octets \u001b[31m' }), /with Content-Range "octets \?\[31m"$/],
    [head(206, { 'content-range': 'bytes 0-0/9' }, 9), /Content-Length 9, expected 1$/],
  ];
  for (const [answer, words] of table) t.match(wrongRange(answer, FIRST)?.error, words);
});
