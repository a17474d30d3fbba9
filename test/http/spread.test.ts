import fc from 'fast-check';
import t from 'tap';
import { type Mark, spread } from '../../src/http/spread.js';

function overlaps(marks: readonly Mark[]): number {
  return marks.filter((a, i) =>
    marks.some((b, j) => i < j && Math.hypot(a.x - b.x, a.y - b.y) < a.radius + b.radius - 1e-9),
  ).length;
}

t.test('marks with room enough stay where they are', async (t) => {
  const marks = [
    { x: 10, y: 10, radius: 5 },
    { x: 30, y: 10, radius: 5 },
  ];
  t.same(spread(marks), marks);
});

t.test('of marks in one place the largest stays, and none covers another', async (t) => {
  const marks = Array.from({ length: 20 }, (_, i) => ({ x: 500, y: 80, radius: 8 + (i % 3) }));
  const spreadMarks = spread(marks);
  t.equal(overlaps(spreadMarks), 0);
  t.same(spreadMarks[2], marks[2]);
  t.ok(spreadMarks.every(({ x, y }) => Math.hypot(x - 500, y - 80) < 100));
});

t.test('wherever they are', async () => {
  const mark = fc.record({
    x: fc.integer({ min: 450, max: 550 }),
    y: fc.integer({ min: 50, max: 150 }),
    radius: fc.integer({ min: 8, max: 20 }),
  });
  fc.assert(fc.property(fc.array(mark, { maxLength: 30 }), (marks) => overlaps(spread(marks)) === 0));
});
