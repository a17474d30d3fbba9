import t from 'tap';
import { describeKeys, isMoving } from '../../src/report/describe-keys.js';

const still = { signing: 1, retired: [], withdrawn: false };

t.test('what keys do, in a line', async (t) => {
  t.equal(describeKeys(still), 'key 1 signs');
  t.equal(
    describeKeys({ signing: 1, next: 2, retired: [3, 4], withdrawn: true, next_change: 'T' }),
    'key 1 signs, key 2 follows, key 3 goes, key 4 goes, the parent is asked to take all DS away, next change at T',
  );
});

t.test('whether something is under way', async (t) => {
  t.notOk(isMoving({ ...still, next_change: 'T' }));
  t.ok(isMoving({ ...still, next: 2 }));
  t.ok(isMoving({ ...still, retired: [2] }));
  t.ok(isMoving({ ...still, withdrawn: true }));
});
