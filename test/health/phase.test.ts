import t from 'tap';
import { phaseOf } from '../../src/health/phase.js';

t.test('however many there are, they fill the interval evenly', async (t) => {
  t.equal(phaseOf(0), 1);
  for (const count of [10, 100, 777]) {
    const phases = Array.from({ length: count }, (_, i) => phaseOf(i)).sort((a, b) => a - b);
    const gaps = phases.map((phase, i) => phase - (phases[i - 1] ?? 0));
    t.ok(Math.max(...gaps) < 3 / count, `${count}: no gap of more than three shares`);
    t.ok(phases.every((phase) => phase > 0 && phase <= 1));
  }
});
