import t from 'tap';
import { choiceOf, labelsOf, PLACE_LABELS } from '../../src/zone/choices.js';

t.test('countries are named by their codes, continents as in the NTP pool', async (t) => {
  const all = ['country', 'continent', 'mirror'] as const;
  t.strictSame(labelsOf(all, 'aurora', 'US'), ['us', 'north-america', 'aurora']);
  t.strictSame(labelsOf(all, 'aurora', undefined), ['aurora']);
  t.strictSame(labelsOf(['continent'], 'aurora', 'DE'), ['europe']);
  t.equal(PLACE_LABELS.country.size, 250);
  t.strictSame([...PLACE_LABELS.continent].sort(), [
    'africa',
    'antarctica',
    'asia',
    'europe',
    'north-america',
    'oceania',
    'south-america',
  ]);
  for (const label of PLACE_LABELS.continent) t.notOk(PLACE_LABELS.country.has(label), label);
});

t.test('a label is one of what is chosen by', async (t) => {
  const isMirror = (name: string): boolean => name === 'aurora';
  t.equal(choiceOf('de', ['mirror', 'country'], isMirror), 'country');
  t.equal(choiceOf('aurora', ['country', 'mirror'], isMirror), 'mirror');
  t.equal(choiceOf('europe', ['country', 'mirror'], isMirror), undefined);
  t.equal(choiceOf('xx', ['country', 'continent', 'mirror'], isMirror), undefined);
});
