/** The joint verdict: who decides, what holds in between, and that nobody has more than one vote. */
import fc from 'fast-check';
import t from 'tap';
import { jointVerdict, type MemberView, type Vote } from '../../src/fleet/joint-verdict.js';

const vote = fc.option(fc.constantFrom<Vote>('up', 'down'), { nil: undefined });
const said = fc.record({ sees: vote, last: vote }).map(
  ({ sees, last }): MemberView => ({
    ...(sees !== undefined && { sees }),
    ...(last !== undefined && { last }),
  }),
);
const votes = (up: number, down: number, last?: Vote): MemberView[] => [
  ...Array.from({ length: up }, (): MemberView => ({ sees: 'up', ...(last !== undefined && { last }) })),
  ...Array.from({ length: down }, (): MemberView => ({ sees: 'down', ...(last !== undefined && { last }) })),
];

t.test('more than half of those that are configured decide', async (t) => {
  t.equal(jointVerdict(votes(4, 1), 5), 'up', 'one of five changes nothing');
  t.equal(jointVerdict(votes(2, 3), 5), 'down', 'three of five do');
  t.equal(jointVerdict(votes(0, 3), 5), 'down', 'whether the others are heard or not');
  t.equal(
    jointVerdict(votes(0, 2), 5),
    undefined,
    'two of five are too few, though all that are heard say so',
  );
});

t.test('in between, the last joint verdict holds', async (t) => {
  for (const last of ['up', 'down'] as const) {
    t.equal(jointVerdict(votes(2, 2, last), 4), last, 'four, split in halves');
    t.equal(jointVerdict([{ sees: 'up', last }, { last }], 3), last, 'one is silent, one abstains');
  }
  t.equal(jointVerdict(votes(2, 2), 4), undefined, 'without one, each judges alone');
  t.equal(jointVerdict([{ sees: 'down', last: 'up' }], 3), undefined, 'and so does who hears nobody');
  const parted: MemberView[] = [{ last: 'down' }, { last: 'up' }, { last: 'down' }, { last: 'up' }];
  t.equal(jointVerdict(parted, 4), 'up', 'halves of a fleet that was parted: rather too many than too few');
});

t.test('nobody makes up a past alone', async (t) => {
  const liar: MemberView = { sees: 'down', last: 'down' };
  t.equal(jointVerdict([{ sees: 'up' }, {}, liar], 3), undefined);
  t.equal(jointVerdict([{ sees: 'up', last: 'up' }, { last: 'up' }, liar], 3), 'up');
});

t.test('what one member says is worth one vote, and who is heard first does not matter', async (t) => {
  fc.assert(
    fc.property(
      fc.array(said, { minLength: 1, maxLength: 10 }),
      fc.integer({ min: 0, max: 5 }),
      said,
      (all, silent, lie) => {
        const size = all.length + silent;
        const verdict = jointVerdict(all, size);
        t.equal(jointVerdict([...all].reverse(), size), verdict);
        const down = all.filter(({ sees }) => sees === 'down').length;
        const up = all.filter(({ sees }) => sees === 'up').length;
        // With two votes to spare, no single member turns it, whatever it says.
        const next = jointVerdict([lie, ...all.slice(1)], size);
        if (all.length > 1 && (down - 1) * 2 > size) t.equal(next, 'down');
        if (all.length > 1 && (up - 1) * 2 > size) t.equal(next, 'up');
      },
    ),
  );
});
