import t from 'tap';
import {
  formatOverrides,
  formatVerdicts,
  parseOverrides,
  parseVerdicts,
} from '../../src/health/journal-format.js';
import type { StoredVerdict } from '../../src/health/stored-verdict.js';

const verdicts = new Map<string, StoredVerdict>([
  ['["a","b"]', { verdict: 'up', since: 1, lastProbe: { at: 2, ok: true, ms: 0.5 } }],
  [
    'c',
    {
      verdict: 'down',
      since: 3,
      cause: 'connection refused',
      lastProbe: { at: 4, ok: false, ms: 1, error: 'connection refused' },
    },
  ],
]);
const overrides = [
  { zone: 'z', mirror: 'm', reason: 'a "reason"\nof two lines', since: 1 },
  { zone: 'z', mirror: 'n', reason: '', since: 1, until: 2, by: 'root' },
];

t.test('what is written is read', async (t) => {
  t.same(parseVerdicts(formatVerdicts(verdicts)), verdicts);
  t.same(parseOverrides(formatOverrides(overrides)), overrides);
  t.same(parseVerdicts(formatVerdicts(new Map())), new Map());
  t.same(parseOverrides(formatOverrides([])), []);
});

t.test('a file cut anywhere is refused', async (t) => {
  for (const [text, parse] of [
    [formatVerdicts(verdicts), parseVerdicts],
    [formatOverrides(overrides), parseOverrides],
  ] as const) {
    for (let length = 0; length < text.length - 1; length++) t.throws(() => parse(text.slice(0, length)));
  }
});

t.test('what is JSON and yet not ours is refused, and said where', async (t) => {
  const table: [text: string, fault: RegExp][] = [
    ['null', /^file: /],
    ['[]', /^file: /],
    ['{"version":2,"verdicts":[]}', /^version: /],
    ['{"verdicts":[]}', /^version: /],
    ['{"version":1}', /^verdicts: /],
    ['{"version":1,"verdicts":[],"more":1}', /more/],
    ['{"version":1,"verdicts":[{"key":"a","verdict":"unknown","since":1}]}', /^verdicts\.0\.verdict: /],
    [
      '{"version":1,"verdicts":[{"key":"a","verdict":"up","since":-1,"lastProbe":{"at":1,"ok":true,"ms":1}}]}',
      /^verdicts\.0\.since: /,
    ],
  ];
  for (const [text, message] of table) t.throws(() => parseVerdicts(text), { message }, text);
  t.throws(() => parseOverrides('{"version":1,"overrides":[{"zone":"z"}]}'), { message: /^overrides\.0\./ });
});
