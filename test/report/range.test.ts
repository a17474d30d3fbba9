import t from 'tap';
import { alerts, readRange } from '../../src/report/range.js';

t.test('ranges alert where plugins do', async (t) => {
  // By https://www.monitoring-plugins.org/doc/guidelines.html: what alerts, and what does not.
  const cases: Readonly<Record<string, readonly [alerts: readonly number[], not: readonly number[]]>> = {
    '10': [
      [-1, 10.1, 11],
      [0, 5, 10],
    ],
    '10:': [
      [9.9, -5],
      [10, 1e9],
    ],
    '~:10': [[10.5], [-1e9, 10]],
    '10:20': [
      [9, 21],
      [10, 15, 20],
    ],
    '@10:20': [
      [10, 15, 20],
      [9, 21],
    ],
    '@10': [
      [0, 10],
      [-1, 11],
    ],
    '0': [[1], [0]],
    '12.5%': [[12.6], [12.5]],
    '@50:100%': [[50, 100], [49.9]],
    '-5:-1': [[0], [-3]],
  };
  for (const [text, [yes, no]] of Object.entries(cases)) {
    const range = readRange(text);
    t.ok(range, text);
    for (const value of yes) t.ok(alerts(range, value), `${text} alerts at ${value}`);
    for (const value of no) t.notOk(alerts(range, value), `${text} does not alert at ${value}`);
  }
  t.notOk(alerts(undefined, 1e9), 'nor does none');
});

t.test('what is no range', async (t) => {
  for (const text of ['', ':', '@', '~', '~:', 'x', '10:5', '5:~', '@~', '1:2:3', '10 %', '1e3']) {
    const isOpen = text === '~:';
    t.equal(readRange(text) === undefined, !isOpen, text);
  }
  t.equal(readRange('@50%:100%')?.text, '@50:100');
});
