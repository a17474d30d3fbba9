/** The slips that make a text no YAML: each is said once, at its line, in words about the text. */
import t from 'tap';
import { readYaml } from '../../src/zone/read-yaml.js';

const LINES = [
  'zone: dl.example.org',
  'ns: [ns1.example.net]',
  '# who answers',
  'pools:',
  '  "@":',
  '    mirrors: [a, b]',
  'mirrors:',
  '  a:',
  '    addresses: [192.0.2.1]',
  '    weight: 10',
  '    location: { country: DE }',
  '  b:',
  '    addresses:',
  '      - 192.0.2.2',
  '    location:',
  '      latitude: 1',
  '      longitude: 2',
  '    notes: "it is slow"',
];

/** What is said of the text with another line in the place of one. */
function said(line: number, text: string): readonly string[] {
  const lines = LINES.map((own, i) => (i === line - 1 ? text : own));
  return readYaml(lines.join('\n')).faults.map((fault) => `${fault.line}:${fault.column}: ${fault.message}`);
}

const ALIKE = 'indent lines of one list or mapping alike';

t.test('the text is good as it is', async (t) => {
  t.same(readYaml(LINES.join('\n')).faults, []);
});

t.test('lines that are indented unlike those beside them', async (t) => {
  t.same(said(10, '   weight: 10'), [
    `10:4: this line is indented by 3 spaces, line 9 by 4, line 8 by 2: ${ALIKE}`,
  ]);
  t.same(said(9, '   addresses: [192.0.2.1]'), [
    `10:5: this line is indented by 4 spaces, line 9 by 3: ${ALIKE}`,
  ]);
  t.same(said(12, ' b:'), [`12:2: this line is indented by 1 space, line 8 by 2, line 1 by 0: ${ALIKE}`]);
  t.same(said(10, '     weight: 10'), [`10:6: this line is indented by 5 spaces, line 9 by 4: ${ALIKE}`]);
  t.match(said(16, '     latitude: 1'), [/^17:7: this line is indented by 6 spaces, line 16 by 5: /]);
  t.match(said(14, '      - 192.0.2.2\n     - 192.0.2.3'), [
    /^15:6: this line is indented by 5 spaces, line 14 by 6, line 13 by 4: /,
  ]);
});

t.test('colons, and spaces behind them', async (t) => {
  t.same(said(12, '  b'), ['12:3: a colon is missing: write "b:"']);
  t.same(said(8, '  a'), ['8:3: a colon is missing: write "a:"']);
  t.same(said(10, '    weight 10'), ['10:5: a colon is missing: write "weight: 10"']);
  t.same(said(7, 'mirrors'), ['7:1: a colon is missing: write "mirrors:"']);
  t.same(said(10, '    weight:10'), ['10:5: a space is missing behind the colon: write "weight: 10"']);
  t.same(said(16, '      latitude:1'), ['16:7: a space is missing behind the colon: write "latitude: 1"']);
  t.match(said(1, 'zone:dl.example.org'), [/^1:1: a space is missing behind the colon/]);
  t.same(said(10, '    email: a@b\n    -x'), ['11:5: a space is missing behind the dash: write "- x"']);
});

t.test('quotes and brackets without an end, at their beginning', async (t) => {
  t.same(said(18, '    notes: "it is slow'), ['18:12: the quote " that begins here has no end in its line']);
  t.same(said(18, "    notes: 'it is slow"), ["18:12: the quote ' that begins here has no end in its line"]);
  t.same(said(9, '    addresses: ["192.0.2.1]'), [
    '9:17: the quote " that begins here has no end in its line',
  ]);
  t.same(said(9, '    addresses: [192.0.2.1'), ['9:16: the [ that begins here has no ] behind it']);
  t.same(said(11, '    location: { country: DE'), ['11:15: the { that begins here has no } behind it']);
});

t.test('a tab is said alone', async (t) => {
  for (const text of ['\tweight: 10', '\t\tweight: 10', '  \tweight: 10']) {
    t.match(said(10, text), { 0: /^10:\d: a tab indents this line/, length: 1 }, JSON.stringify(text));
  }
});

t.test('two slips are two lines', async (t) => {
  const lines = LINES.map((own, i) => ({ 5: '     mirrors: [a, b]\n    ttl: 5', 11: '  b' })[i] ?? own);
  t.match(readYaml(lines.join('\n')).faults, { 0: { line: 7 }, 1: { line: 13, column: 3 }, length: 2 });
});

t.test('what is no slip of this kind is said by the parser, once', async (t) => {
  t.match(said(9, '    addresses: [192.0.2.1]]'), { 0: /^9:27: YAML: /, length: 1 });
  t.same(said(18, '    notes: see: this'), [
    '18:12: YAML: Nested mappings are not allowed in compact mappings; put the value in quotes',
  ]);
  t.match(said(5, '  *:'), { 0: /^5:4: YAML: .*; put the value in quotes$/, length: 1 });
});

t.test('texts over several lines are none, whatever is in them', async (t) => {
  const texts = [
    '    notes: it is\n      slow:really\n      - and far',
    '    notes: "it is\n      slow: "',
    '    notes: |\n      it is\n        slow:1',
    '    notes: >-\n      weight:10',
    '    networks: [\n      198.51.100.0/24,\n        203.0.113.0/24 ]',
  ];
  for (const text of texts) {
    const lines = `${LINES.slice(0, 16).join('\n')}\n      longitude: 2\n${text}`.split('\n');
    t.same(readYaml(lines.join('\n')).faults, [], text);
    t.match(
      readYaml([...lines, '    weight:10'].join('\n')).faults,
      { 0: { line: lines.length + 1, message: /^a space is missing behind the colon/ }, length: 1 },
      text,
    );
  }
});
