import t from 'tap';
import { fileDate, readDate, staleness } from '../../src/probe/file-date.js';

const NOON = Date.UTC(2026, 10, 16, 12);
const HOUR = 3_600_000;

t.test('dates as people, programs and protocols write them', async (t) => {
  for (const text of [
    'Mon Nov 16 12:00:00 UTC 2026',
    'Mon Nov 16 12:00:00 PM UTC 2026',
    'Mon 16 Nov 2026 12:00:00 PM UTC',
    'Mon  Nov 16 13:00:00 CET 2026',
    'Mon, 16 Nov 2026 12:00:00 +0000',
    'Mon, 16 Nov 2026 07:00:00 -0500 (EST)',
    '16 Nov 2026 12:00 GMT',
    'Monday, 16-Nov-2026 12:00:00 GMT',
    '2026-11-16T12:00:00Z',
    '2026-11-16T14:00:00.123+02:00',
    '2026-11-16 12:00:00',
    '2026-11-16 12:00:00 +0000',
    '20261116T120000Z',
    String(NOON / 1000),
    `${NOON / 1000}.123456789`,
    `${NOON / 1000} Mon Nov 16 12:00:00 UTC 2026`,
    `${NOON / 1000} (2026-11-16T12:00:00Z)`,
    `${NOON / 1000} # Mon, 16 Nov 2026 07:00:00 EST`,
    'Mon Nov 16 22:00:00 AEST 2026',
    'Tue Nov 17 01:00:00 NZDT 2026',
    'Mon Nov 16 08:30:00 NST 2026',
    'Mon Nov 16 14:00:00 SAST 2026',
    '  2026-11-16 12:00 UTC  ',
  ]) {
    t.equal(readDate(text, NOON), NOON, text);
  }
  t.equal(readDate('2026-11-16', NOON), NOON - 12 * HOUR);
  t.equal(readDate('Mon Nov 16 12:05:00 AM UTC 2026', NOON), NOON - 12 * HOUR + 300_000);
});

t.test('what is no date, or not surely one', async (t) => {
  for (const text of [
    '',
    'aurora.example.net',
    '42',
    '20261116',
    '2026112801',
    `${NOON / 1000} packages`,
    '2026-13-01',
    '2026-11-16T25:00:00Z',
    'Mon Nov 16 12:00:00 XYZ 2026',
    'Mon Foo 16 12:00:00 UTC 2026',
    '<!doctype html>',
    'Nov 16 12:00:00',
    'updated 2026-11-16',
  ]) {
    t.equal(readDate(text, NOON), undefined, text);
  }
});

t.test('a name of several zones is the one whose date is the latest that has come', async (t) => {
  const read = (text: string, now: string) =>
    new Date(readDate(text, Date.parse(now)) ?? Number.NaN).toISOString().slice(0, 16);
  // China's 12:00 is 04:00 in Greenwich, Chicago's is 18:00.
  t.equal(read('Mon Nov 16 12:00:00 CST 2026', '2026-11-16T04:05:00Z'), '2026-11-16T04:00');
  t.equal(read('Mon Nov 16 12:00:00 CST 2026', '2026-11-16T18:05:00Z'), '2026-11-16T18:00');
  // India, Israel, Ireland.
  t.equal(read('Mon Nov 16 12:00:00 IST 2026', '2026-11-16T06:35:00Z'), '2026-11-16T06:30');
  t.equal(read('Mon Nov 16 12:00:00 IST 2026', '2026-11-16T10:05:00Z'), '2026-11-16T11:00');
  t.equal(read('Mon Nov 16 12:00:00 IST 2026', '2026-11-16T09:00:00Z'), '2026-11-16T10:00');
  t.equal(
    read('Mon Nov 16 12:00:00 IST 2026', '2026-11-15T00:00:00Z'),
    '2026-11-16T06:30',
    'or the first to come',
  );
});

t.test('a serial number is not seconds, until it may be', async (t) => {
  t.equal(readDate('2026112801', NOON), undefined);
  t.equal(readDate('2026112801', 2_026_112_801_000), 2_026_112_801_000);
  t.equal(readDate('2026993101', NOON), 2_026_993_101_000, 'no serial: whose clock is wrong is said');
});

t.test('the date of a file: its first line, a line that is labelled so, else Last-Modified', async (t) => {
  const modified = 'Sun, 15 Nov 2026 12:00:00 GMT';
  t.same(fileDate('Mon Nov 16 12:00:00 UTC 2026\nUsed dak: 1.0\n', modified, NOON), {
    at: NOON,
    from: 'text',
  });
  t.same(fileDate('\r\nRunning mirror: x\r\nDate: Mon, 16 Nov 2026 12:00:00 +0000\r\n', modified, NOON), {
    at: NOON,
    from: 'text',
  });
  t.same(fileDate('a page\n2026-11-16T12:00:00Z\n', modified, NOON), {
    at: NOON - 24 * HOUR,
    from: 'Last-Modified',
  });
  for (const text of [
    `Timestamp: ${NOON / 1000}\n`,
    `Mirror of x\ntime-stamp : 2026-11-16T12:00:00Z\n`,
    `\xef\xbb\xbf${NOON / 1000}\n`,
    '\xef\xbb\xbfDate: Mon, 16 Nov 2026 12:00:00 +0000\r\n',
  ]) {
    t.same(fileDate(text, modified, NOON), { at: NOON, from: 'text' }, JSON.stringify(text));
  }
  t.equal(fileDate('a page', undefined, NOON), undefined);
  t.equal(fileDate('', 'yesterday', NOON), undefined);
});

t.test('stale by how much, in words', async (t) => {
  const date = { at: NOON, from: 'text' as const };
  t.equal(staleness(date, 6 * HOUR, NOON + 6 * HOUR), undefined);
  t.equal(
    staleness(date, 6 * HOUR, NOON + 33 * HOUR + 90_000)?.error,
    'stale by 1d 3h: dated 2026-11-16T12:00:00.000Z by its text, older than 6h',
  );
  t.equal(staleness(date, HOUR, NOON - HOUR), undefined, 'a clock may be a little ahead');
  t.equal(
    staleness({ ...date, from: 'Last-Modified' }, HOUR, NOON - 2 * HOUR)?.error,
    '2h in the future: dated 2026-11-16T12:00:00.000Z by its Last-Modified; a clock is wrong',
  );
  t.match(staleness(undefined, HOUR, NOON)?.error, /^no date: /);
});
