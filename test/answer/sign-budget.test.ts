/** How much may be signed: by an injected clock. */
import t from 'tap';
import {
  newSignBudget,
  overdraw,
  SIGN_BURST,
  type SignBudget,
  takeToken,
} from '../../src/answer/sign-budget.js';

/** How many tokens there are at a time. */
function tokensAt(budget: SignBudget, now: number): number {
  let tokens = 0;
  while (takeToken(budget, now)) tokens++;
  return tokens;
}

t.test('a tenth of a second at once, and then 4,000 a second', async (t) => {
  const budget = newSignBudget();
  t.equal(tokensAt(budget, 50_000), SIGN_BURST);
  t.equal(tokensAt(budget, 50_000), 0);
  t.equal(tokensAt(budget, 50_001), 4);
  let all = 0;
  for (let now = 50_002; now <= 51_001; now++) all += tokensAt(budget, now);
  t.equal(all, 4000);
  t.equal(tokensAt(budget, 1e9), SIGN_BURST, 'no more is kept for later');
});

t.test('what was overdrawn is missing, but not for long', async (t) => {
  const budget = newSignBudget();
  tokensAt(budget, 0);
  for (let i = 0; i < 10; i++) overdraw(budget);
  t.equal(tokensAt(budget, 2), 0);
  t.equal(tokensAt(budget, 4), 6);
  for (let i = 0; i < 1e6; i++) overdraw(budget);
  t.equal(tokensAt(budget, 4 + 100), 0);
  t.ok(tokensAt(budget, 4 + 300) > 0);
});
