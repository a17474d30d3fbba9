/** Members as they are heard: the newest counts, a replay does not, and silence is a minute without news. */
import t from 'tap';
import { digestOf, type Sequence } from '../../src/fleet/documents.js';
import { createRoster, type HeardMember } from '../../src/fleet/roster.js';
import { createFakeClock } from '../fake-clock.js';

const digest = digestOf('');
const said = (sequence: Sequence): HeardMember => ({
  head: {
    member: 'ns1',
    sequence,
    stamp: 0,
    bodies: { verdicts: digest, joint: digest, overrides: digest, challenges: digest },
    abstains: [],
    zones: digest,
    databases: digest,
  },
  bodies: { verdicts: [], joint: [], overrides: [], challenges: [] },
});

t.test('a member counts for a minute after it said something new', async (t) => {
  const clock = createFakeClock();
  const events: string[] = [];
  const roster = createRoster(['ns1'], clock, {
    onHeard: (member, { head }, before) =>
      events.push(
        `${member} ${head.sequence.join('.')} after ${before?.head.sequence.join('.') ?? 'silence'}`,
      ),
    onSilent: (member) => events.push(`${member} is silent`),
  });
  roster.take('ns1', said([5, 2]));
  await clock.advance(50_000);
  for (const replayed of [
    [5, 2],
    [5, 1],
    [4, 9],
  ] as const) {
    t.notOk(roster.isNews('ns1', said([...replayed]).head));
    roster.take('ns1', said([...replayed]));
  }
  await clock.advance(9_000);
  roster.take('ns1', said([5, 3]));
  // The clocks of others, and this one's, are not what it goes by.
  clock.jump(300_000);
  await clock.advance(59_999);
  t.same(events, ['ns1 5.2 after silence', 'ns1 5.3 after 5.2']);
  await clock.advance(1);
  t.same(events.slice(2), ['ns1 is silent']);
  t.notOk(roster.isNews('ns1', said([5, 3]).head), 'what it said is a replay still');
  roster.take('ns1', said([6, 0]));
  t.equal(events.at(-1), 'ns1 6.0 after silence');
  t.notOk(roster.isNews('ns9', said([9, 9]).head), 'who is no member is nobody');
  roster.close();
  t.equal(clock.waiting(), 0);
  roster.take('ns1', said([7, 0]));
  t.equal(events.at(-1), 'ns1 6.0 after silence', 'once it is closed nothing is taken');
});
