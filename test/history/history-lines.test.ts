import t from 'tap';
import { createHistory, type History, type MirrorPast } from '../../src/history/history.js';
import type { HistoryEvent, HistorySubject } from '../../src/history/history-event.js';
import { formatEvent, formatHistory, isHistory, readHistory } from '../../src/history/history-lines.js';

const MINUTE = 60_000;
const BEGIN = Date.UTC(2026, 0, 1);

const subjects = [0, 1, 2].map(
  (i): HistorySubject => ({
    zone: 'dl.example.org',
    pool: 'dl.example.org',
    mirror: `m${i % 2}`,
    address: `192.0.2.${i}`,
    family: 'ipv4',
  }),
);

/** Three addresses that fall and rise for some days. */
function events(): HistoryEvent[] {
  const list: HistoryEvent[] = [{ type: 'start', at: BEGIN }];
  for (const subject of subjects) list.push({ type: 'watch', at: BEGIN, subject, state: 'unknown' });
  for (let i = 0; i < 300; i++) {
    const subject = subjects[i % 3];
    const down = Math.floor(i / 3) % 2 === 0;
    if (subject === undefined) continue;
    const at = BEGIN + i * 37 * MINUTE;
    const from = down ? 'up' : 'down';
    list.push({
      type: 'turn',
      at,
      subject,
      from,
      to: down ? 'down' : 'up',
      ...(down && { cause: 'gone “away”\n' }),
    });
    if (i % 40 === 7) {
      // Earlier versions wrote `down` for what an operator disabled.
      const to = i % 80 === 7 ? 'disabled' : 'down';
      const over = { subject, at: at + 2, from: 'up', to, cause: 'override by root: x' } as const;
      const override = { state: 'down', reason: 'x', by: 'root', until: at + 3 } as const;
      list.push({ type: 'override', ...over, ...(i % 80 === 7 && { override }) });
    }
    if (i % 50 === 10) {
      const { zone, pool, family } = subjects[0] ?? subject;
      list.push({ type: 'suppressed', at: at + 1, on: i % 100 === 10, zone, pool, family });
    }
  }
  const last = subjects[2];
  if (last !== undefined) list.push({ type: 'leave', at: BEGIN + 300 * 37 * MINUTE, subject: last });
  return list;
}

function byName(history: History): MirrorPast[] {
  return [...history.mirrors(NOW)].sort((a, b) => a.mirror.localeCompare(b.mirror));
}

const NOW = BEGIN + 301 * 37 * MINUTE;

t.test('what is written gives the same history again', async (t) => {
  const told = createHistory();
  for (const event of events()) told.apply(event);
  const asEvents = createHistory();
  t.equal(readHistory(events().map(formatEvent).join(''), asEvents), 0);
  t.same([...asEvents.pasts(NOW)], [...told.pasts(NOW)]);
  t.same([...asEvents.mirrors(NOW)], [...told.mirrors(NOW)]);

  const summary = [...formatHistory(told, NOW)].join('');
  t.ok(isHistory(summary));
  const read = createHistory();
  t.equal(readHistory(summary, read), 0);
  t.same([...read.pasts(NOW)], [...told.pasts(NOW)]);
  t.same([...read.mirrors(NOW)], [...told.mirrors(NOW)]);
  t.same([...read.suppressed()], [...told.suppressed()]);
  t.equal([...formatHistory(read, NOW)].join(''), summary);
});

t.test('a summary at any point, and what follows, is the whole', async (t) => {
  const list = events();
  for (const cut of [1, 5, 17, 100, 250]) {
    const first = createHistory();
    for (const event of list.slice(0, cut)) first.apply(event);
    const text = [...formatHistory(first, list[cut - 1]?.at ?? 0), ...list.slice(cut).map(formatEvent)].join(
      '',
    );
    const read = createHistory();
    t.equal(readHistory(text, read), 0);
    const whole = createHistory();
    for (const event of list) whole.apply(event);
    t.same([...read.pasts(NOW)], [...whole.pasts(NOW)], `cut at ${cut}`);
    t.same(byName(read), byName(whole));
  }
});

t.test('a line that is not whole costs itself alone', async (t) => {
  const lines = events().map(formatEvent);
  const text = lines.join('');
  for (let end = text.length - 1; end > text.length - (lines.at(-1)?.length ?? 0); end -= 7) {
    const history = createHistory();
    t.equal(readHistory(text.slice(0, end), history), end === text.length - 1 ? 0 : 1);
    t.equal([...history.pasts(NOW)].length, 3);
  }
  const middle = `${lines.slice(0, 5).join('')}${'\0'.repeat(40)}\n${lines.slice(5).join('')}`;
  t.equal(readHistory(middle, createHistory()), 1);
  t.equal(readHistory(text.replace('unknown', 'unknowm'), createHistory()), 1, 'the checksum sees it');
  t.equal(readHistory(`00000000 \n${text}`, createHistory()), 1, 'the checksum of nothing is right');
});

t.test('what is no history is not taken for one', async (t) => {
  t.notOk(isHistory(''));
  t.notOk(isHistory('{"version":1}\n'));
  t.notOk(isHistory('00000000 \n'));
  t.notOk(isHistory(formatEvent({ type: 'alive', at: 1 })));
});
