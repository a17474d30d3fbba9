/** A short soak, on a machine that may be busy: no time is judged. */
import t from 'tap';
import { soak } from './soak.js';

const outcome = await soak(t, { minutes: 1, seed: 1, say: (text) => t.comment(text) });
if ('unavailable' in outcome) t.pass(`skipped: ${outcome.unavailable}`, { skip: outcome.unavailable });
else {
  for (const [what, value] of outcome.figures) t.comment(`${what}: ${value}`);
  t.same(outcome.breaches, [], 'nothing is lost, wrong or grown');
}
