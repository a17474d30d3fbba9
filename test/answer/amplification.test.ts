/**
 * How many octets somebody can have sent to a victim for each octet that they send in its name: the most of all answers
 * over UDP that the example zones give to queries without a cookie. docs/standards.md says the same number.
 */
import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import t from 'tap';
import { UDP_LIMIT } from '../../src/answer/edns.js';
import { newResponder } from '../../src/answer/responder.js';
import { seededRandom } from '../../src/platform/random.js';
import { answerOctets, makeTable } from '../compile/make-table.js';
import { type Edns, option, query, subnet } from '../dns-message.js';
import { withCookies } from './policies.js';
import { AMERICAN, GERMAN, PLACES, SWISS } from './zones.js';

const DIRECTORY = join(process.cwd(), 'zones');
const texts = readdirSync(DIRECTORY)
  .filter((file) => file.endsWith('.yaml'))
  .map((file) => readFileSync(join(DIRECTORY, file), 'utf8'));
const { table, zones } = makeTable(texts, { locations: PLACES });

/** Every name that has anything, and some that have nothing. */
const NAMES = zones.flatMap(({ name, pools, records }) => [
  name,
  ...pools.map(({ owner }) => owner),
  ...records.map(({ owner }) => owner),
  `x.${name}`,
]);
const TYPES = [...Array.from({ length: 262 }, (_, i) => i), 65_280];
const EDNS: readonly (Edns | undefined)[] = [
  undefined,
  { size: 512 },
  { size: 1232 },
  { size: 65_535 },
  { options: [option(3, new Uint8Array())] },
  { options: [subnet('5.1.2.0/24')] },
];

t.test('the largest ratio over UDP without a cookie', async (t) => {
  const responder = newResponder(table, seededRandom(1), undefined, withCookies());
  let most = { ratio: 0, asked: 0, answered: 0, what: '' };
  let longest = 0;
  for (const name of new Set(NAMES)) {
    for (const type of TYPES) {
      for (const edns of EDNS) {
        for (const from of [GERMAN, AMERICAN, SWISS, '2a00::1', '2600::1', '192.0.2.7']) {
          const asked = query({ name, type, ...(edns && { edns }) });
          const answered = answerOctets(responder, asked, { from }).length;
          longest = Math.max(longest, answered);
          const ratio = answered / asked.length;
          if (ratio > most.ratio) most = { ratio, asked: asked.length, answered, what: `${name} ${type}` };
        }
      }
    }
  }
  t.comment(
    `${most.ratio.toFixed(2)}: ${most.answered} octets for ${most.asked}, ${most.what}; the longest has ${longest}`,
  );
  t.ok(longest <= UDP_LIMIT);
  const standards = readFileSync(join(process.cwd(), 'docs', 'standards.md'), 'utf8').replaceAll(/\s+/g, ' ');
  const said = `${most.ratio.toFixed(2)}: ${most.answered} octets for ${most.asked}`;
  t.ok(standards.includes(said), `docs/standards.md says ${said}`);
  t.ok(standards.includes(`The longest answer over UDP has ${longest} octets`), `and ${longest} octets`);
});
