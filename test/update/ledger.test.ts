import t from 'tap';
import { formatState, parseState } from '../../src/state/state-kind.js';
import {
  DOWNLOADS_A_DAY,
  EMPTY_LEDGER,
  entriesOf,
  LEDGER,
  type Ledger,
  ledgerOf,
  nextDownload,
  noteCheck,
  noteDownload,
} from '../../src/update/ledger.js';

const NOW = Date.UTC(2026, 0, 7, 12);
const HOUR = 3_600_000;

t.test('a failure keeps the last success, a success forgets the failure', async (t) => {
  let ledger = noteCheck(EMPTY_LEDGER, 'A', NOW, 'down');
  t.same(ledger.editions.get('A'), { lastCheck: NOW, lastError: 'down' });
  ledger = noteCheck(ledger, 'A', NOW + 1);
  t.same(ledger.editions.get('A'), { lastCheck: NOW + 1, lastSuccess: NOW + 1 });
  ledger = noteCheck(ledger, 'A', NOW + 2, 'down');
  t.same(ledger.editions.get('A'), { lastCheck: NOW + 2, lastSuccess: NOW + 1, lastError: 'down' });
  t.equal(EMPTY_LEDGER.editions.size, 0);
});

t.test('thirty downloads in any 24 hours', async (t) => {
  let ledger: Ledger = EMPTY_LEDGER;
  for (let i = 0; i < DOWNLOADS_A_DAY; i++) {
    t.equal(nextDownload(ledger, NOW + i), NOW + i);
    ledger = noteDownload(ledger, NOW + i);
  }
  t.equal(nextDownload(ledger, NOW + HOUR), NOW + 24 * HOUR, 'when the first one is a day old');
  t.equal(nextDownload(ledger, NOW + 24 * HOUR), NOW + 24 * HOUR);
  const full = noteDownload(ledger, NOW + 24 * HOUR);
  t.equal(nextDownload(full, NOW + 24 * HOUR), NOW + 24 * HOUR + 1, 'then the second one');
  t.equal(noteDownload(ledger, NOW + 25 * HOUR).downloads.length, 1, 'old ones are not kept');
});

t.test('a clock that was wrong does not count for ever', async (t) => {
  const ledger = noteDownload(EMPTY_LEDGER, NOW + 1000 * HOUR);
  t.same(noteDownload(ledger, NOW).downloads, [NOW]);
});

t.test('text and back', async (t) => {
  let ledger = noteCheck(EMPTY_LEDGER, 'A', NOW, 'down');
  ledger = noteCheck(ledger, 'B', NOW + 5);
  ledger = noteDownload(ledger, NOW);
  const text = formatState(LEDGER, entriesOf(ledger));
  t.match(text, '"last_success":"2026-01-07T12:00:00.005Z"');
  t.same(ledgerOf(parseState(LEDGER, text).entries), ledger);
  t.same(parseState(LEDGER, formatState(LEDGER, entriesOf(EMPTY_LEDGER))), { entries: [] });
});

t.test('a ledger of version 1, and what is none', async (t) => {
  const at = '2026-01-07T12:00:00.000Z';
  const ledger = noteDownload(noteCheck(EMPTY_LEDGER, 'A', NOW, 'down'), NOW);
  const first = { editions: { A: { last_check: at, last_error: 'down' } }, downloads: [at] };
  t.same(ledgerOf(parseState(LEDGER, JSON.stringify(first, undefined, 2)).entries), ledger);
  const damaged = { editions: { A: first.editions.A, B: {} }, downloads: ['x', at] };
  const { entries, fault } = parseState(LEDGER, JSON.stringify(damaged));
  t.same(ledgerOf(entries), ledger);
  t.equal(fault, '2 lines of it are damaged');
});
