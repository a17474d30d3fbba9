/**
 * Decks: answers drawn ahead of time, so that over the whole deck each mirror is on as many cards as its probability
 * says, in each place of a card equally often, and answering is no more than taking the next card.
 *
 *   1. counts: probability × cards, made integers by largest remainder.
 *   2. deal: the mirrors on one line, each as long as its count, in random order; the line cut into n rows of
 *      `cards`; card j is column j. A count is at most `cards`, so nobody is on a card twice. Row r goes to
 *      place (r + j) mod n of card j, so a mirror's run of neighbouring cards takes the places in turn.
 *   3. level: a mirror whose run breaks at the end of a row may miss a turn there; it hands that on.
 *   4. mix: two mirrors in the same place of two cards change cards, many times, which keeps all of the above.
 */
import { below, type Random, shuffle } from '../random.js';

/** How often mixing goes through a deck. */
const MIXING = 2;

/**
 * How many of the cards hold each mirror, by index of `probabilities`, which sum to `n` and are at most 1 each. The
 * counts sum to cards × n; none is above `cards`, and none is 0 where the probability is not. Equal counts are equal
 * decks. Throws a RangeError where there are more mirrors than places; with `cards` at least (mirrors / n) there are not.
 */
export function deckCounts(probabilities: ArrayLike<number>, n: number, cards: number): Uint32Array {
  const mirrors = probabilities.length;
  const counts = new Uint32Array(mirrors);
  const quotas = new Float64Array(mirrors);
  let drawable = 0;
  let open = cards * n;
  for (let i = 0; i < mirrors; i++) {
    const p = probabilities[i] ?? 0;
    if (p <= 0) continue;
    drawable++;
    // Rounded to a millionth of a card: 0.6 × 720 must be 432 and equal mirrors equal, however the sums came about.
    const quota = Math.round(p * cards * 1e6) / 1e6;
    const count = Math.min(cards, Math.max(1, Math.floor(quota)));
    quotas[i] = quota;
    counts[i] = count;
    open -= count;
  }
  if (drawable < n) throw new RangeError(`${drawable} mirrors can't fill cards of ${n}`);
  if (drawable > cards * n) {
    throw new RangeError(`${cards} cards of ${n} have no place for ${drawable} mirrors`);
  }
  if (open > 0) handOut(open, counts, quotas, cards);
  else if (open < 0) takeBack(-open, counts, quotas);
  return counts;
}

/** Gives so many more cards to those whose quotas were cut most, nobody more than all. */
function handOut(open: number, counts: Uint32Array, quotas: Float64Array, cards: number): void {
  const left = new Float64Array(quotas.length);
  const drawable: number[] = [];
  for (let i = 0; i < quotas.length; i++) {
    const quota = quotas[i] ?? 0;
    if (quota === 0) continue;
    left[i] = quota - (counts[i] ?? 0);
    drawable.push(i);
  }
  drawable.sort((a, b) => (left[b] ?? 0) - (left[a] ?? 0) || a - b);
  for (let more = open; more > 0; ) {
    for (const i of drawable) {
      const count = counts[i] ?? 0;
      if (more === 0 || count === cards) continue;
      counts[i] = count + 1;
      more--;
    }
  }
}

/** Everybody's one card may have taken too much. Those give so many back that keep the most of what they should have. */
function takeBack(taken: number, counts: Uint32Array, quotas: Float64Array): void {
  for (let less = taken; less > 0; less--) {
    let giver = -1;
    let most = -1;
    for (let i = 0; i < counts.length; i++) {
      const quota = quotas[i] ?? 0;
      const spare = quota > 0 ? ((counts[i] ?? 0) - 1) / Math.max(1, quota) : -1;
      if (spare <= most) continue;
      most = spare;
      giver = i;
    }
    counts[giver] = (counts[giver] ?? 0) - 1;
  }
}

/** A deck for these probabilities: `deckCounts`, dealt. `n` indexes a card, cards × n in all. */
export function drawDeck(
  probabilities: ArrayLike<number>,
  n: number,
  cards: number,
  random: Random,
): Uint16Array {
  return dealDeck(deckCounts(probabilities, n, cards), n, cards, random);
}

/**
 * Deals a deck of given counts, which sum to cards × n and are at most `cards` each. No card holds an index twice, and
 * an index with count c is in each place of a card floor(c / n) or ceil(c / n) times.
 */
export function dealDeck(counts: ArrayLike<number>, n: number, cards: number, random: Random): Uint16Array {
  const deck = new Uint16Array(cards * n);
  const line: number[] = [];
  for (let i = 0; i < counts.length; i++) if ((counts[i] ?? 0) > 0) line.push(i);
  shuffle(random, line);
  // Cards change their order here and not at the end: column j of the line becomes the card order[j].
  const order = new Uint32Array(cards);
  for (let j = 0; j < cards; j++) order[j] = j;
  shuffle(random, order);
  const tally = new Uint32Array(counts.length * n);
  const broken: number[] = [];
  let row = 0;
  let column = 0;
  for (const i of line) {
    if (column + (counts[i] ?? 0) > cards) broken.push(i);
    for (let left = counts[i] ?? 0; left > 0; left--) {
      const place = (row + column) % n;
      deck[(order[column] ?? 0) * n + place] = i;
      tally[i * n + place] = (tally[i * n + place] ?? 0) + 1;
      if (++column === cards) {
        column = 0;
        row++;
      }
    }
  }
  for (const i of broken) level(deck, tally, n, i, random);
  mix(deck, n, cards, random);
  return deck;
}

/**
 * Brings the places of one mirror within one of each other. On a card it changes places with another mirror, which then
 * may have one too many in the place that it got, and does the same with a third. It ends at a mirror that had one too
 * few: as each place is there once a card, somebody has.
 */
function level(deck: Uint16Array, tally: Uint32Array, n: number, index: number, random: Random): void {
  const held = (i: number, place: number): number => tally[i * n + place] ?? 0;
  const places = Array.from({ length: n }, (_, place) => place);
  for (;;) {
    const most = places.reduce((best, place) => (held(index, place) > held(index, best) ? place : best));
    const least = places.reduce((best, place) => (held(index, place) < held(index, best) ? place : best));
    if (held(index, most) - held(index, least) < 2) return;
    let card = -1;
    for (let i = index; held(i, most) - held(i, least) > 1; ) {
      // Not the card that it was just given: that would undo the step before, and chance alone would ever end this.
      card = findCard(deck, n, i, most, card, random);
      const other = deck[card + least] ?? 0;
      deck[card + least] = i;
      deck[card + most] = other;
      tally[i * n + most] = held(i, most) - 1;
      tally[i * n + least] = held(i, least) + 1;
      tally[other * n + most] = held(other, most) + 1;
      tally[other * n + least] = held(other, least) - 1;
      i = other;
    }
  }
}

/**
 * Where in the deck a card starts that holds `index` in `place`, other than `but`: the first one from a random card on.
 * There is one.
 */
function findCard(
  deck: Uint16Array,
  n: number,
  index: number,
  place: number,
  but: number,
  random: Random,
): number {
  let card = below(random, deck.length / n) * n;
  while (card === but || deck[card + place] !== index) card = (card + n) % deck.length;
  return card;
}

/**
 * Lets pairs of mirrors in the same place of two cards change cards where neither is on the other's card already. Each
 * mirror of each card is asked so often that who is on a card together no longer shows who lay side by side.
 */
function mix(deck: Uint16Array, n: number, cards: number, random: Random): void {
  for (let round = 0; round < MIXING; round++) {
    for (let a = 0; a < deck.length; a += n) {
      for (let place = 0; place < n; place++) {
        const b = below(random, cards) * n;
        const x = deck[a + place] ?? 0;
        const y = deck[b + place] ?? 0;
        if (x === y || holds(deck, a, n, y) || holds(deck, b, n, x)) continue;
        deck[a + place] = y;
        deck[b + place] = x;
      }
    }
  }
}

/** Whether the card of `n` that starts at `card` in the deck has that index on it. */
export function holds(deck: Uint16Array, card: number, n: number, index: number): boolean {
  for (let i = card; i < card + n; i++) if (deck[i] === index) return true;
  return false;
}
