import t from 'tap';
import { GeopoolError } from '../../src/platform/errors.js';
import { countryWeights, readWorldWeights } from '../../src/zone/world-weights.js';

t.test('a country and its weight a line', async (t) => {
  const text = '# of 2026\nDE 83\n  FR: 68.5 # more or less\r\n\nNO:5\nIS 0\n';
  t.same(
    [...readWorldWeights(text, 'w')],
    [
      ['DE', 83],
      ['FR', 68.5],
      ['NO', 5],
      ['IS', 0],
    ],
  );
});

t.test('a subdivision has its own, and may be counted to its country', async (t) => {
  const weights = readWorldWeights('US 10\nUS-TX 3\nUS-CA 4.5\nDE 1', 'w');
  t.equal(weights.get('US-TX'), 3);
  t.same(
    [...countryWeights(weights)],
    [
      ['US', 17.5],
      ['DE', 1],
    ],
  );
});

t.test('faults have places', async (t) => {
  const table: [text: string, fault: RegExp][] = [
    ['', /^w:1:1: no country in it has a weight/],
    ['DE 0', /^w:1:1: no country in it has a weight/],
    ['DE 1\n  de 2', /^w:2:3: "de" is not a country, expected ISO 3166 such as DE or US-TX/],
    ['EU 1', /^w:1:1: "EU" is not a country/],
    ['DE', /^w:1:1: not a country and a weight, expected such as DE 83/],
    ['DE 1 2', /^w:1:1: not a country and a weight/],
    ['DE 1\nDE: 2', /^w:2:1: "DE" a second time/],
    ['DE -1', /^w:1:1: "-1" is not a weight, expected a number, 0 or more/],
    ['DE 1e3', /^w:1:1: "1e3" is not a weight/],
    ['DE 9999999999999999', /^w:1:1: "9999999999999999" is not a weight/],
  ];
  for (const [text, fault] of table) {
    try {
      readWorldWeights(text, 'w');
      t.fail(text);
    } catch (error) {
      t.match(error, { code: 'CONFIG_INVALID' });
      const details = error instanceof GeopoolError ? error.details : [];
      t.match(details, [fault], text);
      t.equal(details.length, 1);
    }
  }
});
