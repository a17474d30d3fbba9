import { release } from 'node:os';
import t from 'tap';
import { loadLibc } from '../../src/platform/libc.js';
import { askForShortSlice } from '../../src/server/time-slice.js';

const libc = await loadLibc();

t.test('what is asked of the kernel is a struct sched_attr', async (t) => {
  const asked: Uint8Array[] = [];
  const answers = [0, -1];
  const setSchedAttributes = (attributes: Uint8Array): number => {
    asked.push(attributes);
    return answers.shift() ?? 0;
  };
  t.equal(askForShortSlice({ setSchedAttributes }), true);
  t.equal(askForShortSlice({ setSchedAttributes }), false, 'a kernel, or a filter, may refuse');
  const [bytes] = asked;
  if (bytes === undefined) throw new Error('nothing was asked');
  const view = new DataView(bytes.buffer);
  t.equal(bytes.length, 48);
  t.equal(view.getUint32(0, true), 48, 'its own size');
  t.equal(view.getUint32(4, true), 0, 'no other policy');
  t.equal(view.getBigUint64(24, true), 100_000n, 'a tenth of a millisecond');
});

t.test('this kernel takes the wish', { skip: 'unavailable' in libc && libc.unavailable }, async (t) => {
  if ('unavailable' in libc) return;
  t.equal(askForShortSlice(libc), true, release());
});
