import t from 'tap';
import { describeValue, indefinite, typeHint } from '../../src/zone/describe-value.js';

t.test('what stands there, never too much of it', async (t) => {
  for (const [value, words] of [
    [null, 'nothing'],
    [undefined, 'nothing'],
    [5, 'the number 5'],
    [Number.NaN, 'the number .nan'],
    [-Infinity, 'the number -.inf'],
    [false, 'false'],
    [[1], 'a list'],
    [{}, 'a mapping'],
    ['x'.repeat(40), `the text "${'x'.repeat(40)}"`],
    ['x'.repeat(41), `the text "${'x'.repeat(37)}..."`],
  ] as const) {
    t.equal(describeValue(value), words);
  }
});

t.test('how to write what was probably meant', async (t) => {
  for (const [expected, found, words] of [
    ['string', 5, 'found the number 5: put it in quotes'],
    ['string', [], 'found a list'],
    ['int', '-5', 'found the text "-5": write it without quotes'],
    ['number', 'five', 'found the text "five"'],
    ['array', 'a', 'found the text "a": write [a]'],
    ['array', 'a b, c', 'found the text "a b, c": write [a, b, c]'],
    ['array', 5, 'found the number 5: write [5]'],
    ['number', '30%', 'found the text "30%": write 0.3'],
    ['number', '7 %', 'found the text "7 %": write 0.07'],
    ['array', {}, 'found a mapping'],
    ['boolean', 'Yes', 'found the text "Yes": write true'],
    ['boolean', 'off', 'found the text "off": write false'],
    ['object', null, 'found nothing: write {} for the defaults'],
  ] as const) {
    t.equal(
      typeHint(expected, found, () => true),
      words,
    );
    const [what] = words.split(': ');
    t.equal(
      typeHint(expected, found, () => false),
      what,
      'no advice that is wrong again',
    );
  }
  t.equal(indefinite('record'), 'a mapping');
  t.equal(indefinite('bigint'), 'bigint', 'whatever zod comes up with');
});
