/** What people read of many things that happened. */
import t from 'tap';
import { messageOf, type Notice } from '../../src/notify/notice.js';

const SPEAKER = { version: '1.2.3', host: 'ns1' };
const notices = (count: number): Notice[] =>
  Array.from({ length: count }, (_, i) => ({
    event: 'down',
    at: '2026-01-01T00:00:00.000Z',
    text: `${i} is down`,
  }));
const textOf = (count: number, dropped = 0): string[] =>
  messageOf(notices(count), dropped, SPEAKER).text.split('\n');

t.test('a line each, up to twenty; the rest is a number', async (t) => {
  t.same(textOf(2), ['geopool on ns1: 0 is down', '1 is down']);
  t.equal(textOf(20).at(-1), '19 is down');
  t.same(textOf(21).slice(-2), ['19 is down', 'and 1 more']);
  t.same(
    textOf(1, 5),
    ['geopool on ns1: 0 is down', 'and 5 more'],
    'those that were dropped are counted too',
  );
});

t.test('all events are there for programs', async (t) => {
  const events = notices(30);
  t.same(messageOf(events, 2, SPEAKER), {
    text: messageOf(events, 2, SPEAKER).text,
    program: 'geopool',
    version: '1.2.3',
    host: 'ns1',
    events,
    dropped: 2,
  });
});

t.test('what a mirror says begins no line and moves no cursor', async (t) => {
  const { text } = messageOf(
    notices(1).map((notice) => ({ ...notice, text: 'a is down: x\nb is up\u001b[2J' })),
    0,
    SPEAKER,
  );
  t.equal(text.split('\n').length, 1);
  t.notOk(text.includes('\u001b'));
});
