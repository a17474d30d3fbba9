/**
 * Lays out the answers of all zones as the words and octets that answering reads (src/answer/table.ts).
 */
import { ANSWER, type AnswerTable, guardedBy, NODE, REFLECTION, UNSERVED } from '../../answer/table.js';
import { FLAG } from '../../wire/codes.js';
import { encodeName, hashName, lettersOf } from '../../wire/names.js';
import { sharedBytes, sharedInt32 } from '../shared-memory.js';
import type { Answer, NodeAnswers, PoolKey, SignedAnswer, ZoneAnswers } from './answers.js';
import type { AnswerBody } from './body-writer.js';
import { layOutProofs } from './proof-table.js';

/** The part of the table that is about names: everything but the pools. */
export type NameLayout = Pick<AnswerTable, 'names' | keyof Placed>;
type Placed = Pick<AnswerTable, 'answers' | 'pointers' | 'bodies' | 'signedFrom' | 'proofs'>;

/** Lays out the zones. `poolNumber` returns the index of a pool in AnswerTable.pools. */
export function layOutNames(
  zones: readonly ZoneAnswers[],
  poolNumber: (pool: PoolKey) => number,
): NameLayout {
  const layout = new Layout(poolNumber);
  const nodes = collectNodes(zones);
  const numbers = new Map([...nodes.keys()].map((name, i) => [name, i]));
  const words: number[] = [];
  const octets: number[] = [];
  for (const [name, { answers, missing }] of nodes) {
    const wire = encodeName(name);
    const place = placeName(octets, wire);
    const nodata = answers.otherwise === undefined ? UNSERVED : layout.place(0, answers.otherwise);
    const first = layout.placeAll(answers.byType);
    const below = answers.below ?? missing;
    const nowhere = below === undefined ? UNSERVED : layout.place(0, below);
    words.push(place, wire.length, first, answers.byType.size, nodata, nowhere);
    const wildcard = numbers.get(`*.${name}`);
    words.push(wildcard === undefined ? -1 : wildcard * NODE.WORDS, 0);
  }
  const gaps = [...nodes.values()].map(({ answers }) => answers.gaps);
  const { placed, gapsAt } = layout.finish(gaps, (child) => (numbers.get(child) ?? 0) * NODE.WORDS);
  for (const [node, at] of gapsAt.entries()) words[node * NODE.WORDS + NODE.GAPS] = at;
  return {
    names: {
      slots: sharedInt32(hashSlots([...nodes.keys()])),
      nodes: sharedInt32(words),
      octets: new DataView(sharedBytes(octets).buffer),
    },
    ...placed,
  };
}

/** Octets of a cache line. */
const LINE = 64;

/** Places a name and its letters after the ones already there, on a single cache line if they fit one; returns where. */
function placeName(octets: number[], wire: Uint8Array): number {
  const left = LINE - (octets.length % LINE);
  if (wire.length * 2 > left && wire.length * 2 <= LINE) for (let i = 0; i < left; i++) octets.push(0);
  const at = octets.length;
  octets.push(...wire, ...lettersOf(wire));
  return at;
}

interface PlacedNode {
  readonly answers: NodeAnswers;
  readonly missing: Answer | undefined;
}

/** All names, each from the innermost zone that it is in: what a zone says below the apex of another is occluded. */
function collectNodes(zones: readonly ZoneAnswers[]): Map<string, PlacedNode> {
  const apexes = new Set(zones.map(({ zone }) => zone));
  const innermost = (name: string): string => {
    let at = name;
    while (!apexes.has(at)) at = at.slice(at.indexOf('.') + 1);
    return at;
  };
  const nodes = new Map<string, PlacedNode>();
  for (const { zone, nodes: names, missing } of zones) {
    for (const [name, answers] of names) if (innermost(name) === zone) nodes.set(name, { answers, missing });
  }
  return nodes;
}

/** A hash table at most half full, so that a look-up takes one step or two. */
function hashSlots(names: readonly string[]): number[] {
  let pairs = 16;
  while (pairs < names.length * 2) pairs *= 2;
  const slots = new Array<number>(pairs * 2).fill(0);
  for (const [node, name] of names.entries()) {
    const hash = hashName(encodeName(name));
    let slot = hash & (pairs - 1);
    while (slots[slot * 2 + 1] !== 0) slot = (slot + 1) & (pairs - 1);
    slots[slot * 2] = hash;
    slots[slot * 2 + 1] = node + 1;
  }
  return slots;
}

/** Where the answers are that may be given in an answer's place, or -1. */
interface Instead {
  readonly empty: number;
  readonly alias: number;
  readonly refused: number;
}

const NOTHING_INSTEAD: Instead = { empty: -1, alias: -1, refused: -1 };

/**
 * Places answers and their bodies one after the other. What several names share is placed once. If a zone is signed, all
 * answers are placed a second time, as they are with DO set.
 */
class Layout {
  readonly #words: number[] = [];
  readonly #pushed: { readonly answer: Answer; readonly type: number; readonly instead: Instead }[] = [];
  readonly #pointers: number[] = [];
  readonly #octets: number[] = [];
  readonly #bodies = new Map<AnswerBody, { at: number; pointers: number }>();
  readonly #placed = new Map<Answer, number>();
  readonly #poolNumber: (pool: PoolKey) => number;

  constructor(poolNumber: (pool: PoolKey) => number) {
    this.#poolNumber = poolNumber;
  }

  /** Places an answer, unless it has a place already; returns its offset in words. */
  place(type: number, answer: Answer): number {
    const known = this.#placed.get(answer);
    if (known !== undefined) return known;
    const instead = this.#placeInstead(answer);
    const at = this.#push(type, answer, instead);
    this.#placed.set(answer, at);
    return at;
  }

  /** Places the answers of one node in a row; returns the offset of the first. */
  placeAll(answers: ReadonlyMap<number, Answer>): number {
    // The answers that they refer to come first, so that nothing comes between them.
    const instead = [...answers.values()].map((answer) => this.#placeInstead(answer));
    const first = this.#words.length;
    let i = 0;
    for (const [type, answer] of answers) this.#push(type, answer, instead[i++] ?? NOTHING_INSTEAD);
    return first;
  }

  /** Returns everything placed, and where the gaps of each node are. */
  finish(
    gaps: readonly NodeAnswers['gaps'][],
    nodeOf: (child: string) => number,
  ): { readonly placed: Placed; readonly gapsAt: readonly number[] } {
    const pushed = [...this.#pushed];
    const isSigned = pushed.some(({ answer }) => answer.signed !== undefined);
    const signedFrom = isSigned ? this.#words.length : 0;
    const moved = (at: number): number => (at < 0 ? at : at + signedFrom);
    if (isSigned)
      for (const { answer, type, instead } of pushed) {
        const { empty, alias, refused } = instead;
        const signed = { empty: moved(empty), alias: moved(alias), refused: moved(refused) };
        this.#push(type, answer, signed, answer.signed);
      }
    const lists = pushed.map(({ answer }) => answer.signed?.proofs ?? []);
    const place = (body: AnswerBody): number[] => {
      const { at, pointers } = this.#placeBody(body);
      return [at, body.octets.length, pointers, body.pointers.length / 2];
    };
    const { words: proofs, gapsAt } = isSigned
      ? layOutProofs(lists, gaps, nodeOf, place)
      : { words: [], gapsAt: [] };
    const placed: Placed = {
      answers: sharedInt32(this.#words),
      pointers: sharedInt32(this.#pointers),
      bodies: new DataView(sharedBytes(this.#octets).buffer),
      signedFrom,
      proofs: sharedInt32(proofs),
    };
    return { placed, gapsAt };
  }

  /** Places the answers that may be given in an answer's place. */
  #placeInstead({ pool, guard }: Answer): Instead {
    const ref = pool ?? guard;
    if (ref === undefined) return NOTHING_INSTEAD;
    const at = (answer: Answer | undefined): number => (answer === undefined ? -1 : this.place(0, answer));
    const empty = ref.empty === undefined ? UNSERVED : at(ref.empty);
    return { empty, alias: at(ref.alias), refused: at(ref.refused) };
  }

  #poolWord({ pool, guard, reflects }: Answer): number {
    if (pool !== undefined) return this.#poolNumber(pool);
    if (guard !== undefined) return guardedBy(this.#poolNumber(guard));
    return reflects === undefined ? -1 : REFLECTION;
  }

  /** Appends an answer, or the signed one in its place. */
  #push(type: number, answer: Answer, instead: Instead, signed?: SignedAnswer): number {
    const { rcode, referral, pool, reflects } = answer;
    const { empty, alias, refused } = instead;
    const { body } = signed ?? answer;
    const at = this.#words.length;
    const place = this.#placeBody(body);
    const flags = referral ? rcode : FLAG.AA | rcode;
    this.#words.push(type, flags, place.at, body.octets.length, body.required, body.an, body.ns, body.ar);
    this.#words.push(place.pointers, body.pointers.length / 2);
    const last = reflects?.of === undefined ? refused : this.#poolNumber(reflects.of);
    this.#words.push(
      this.#poolWord(answer),
      pool === undefined ? -1 : body.aliasAt,
      empty,
      alias,
      body.glue,
      last,
    );
    if (this.#words.length - at !== ANSWER.WORDS) throw new RangeError('an answer has ANSWER.WORDS words');
    this.#pushed.push({ answer, type, instead });
    return at;
  }

  #placeBody(body: AnswerBody): { at: number; pointers: number } {
    const known = this.#bodies.get(body);
    if (known !== undefined) return known;
    const place = { at: this.#octets.length, pointers: this.#pointers.length };
    for (const octet of body.octets) this.#octets.push(octet);
    this.#pointers.push(...body.pointers);
    this.#bodies.set(body, place);
    return place;
  }
}
