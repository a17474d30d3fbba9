/**
 * Questions about the server itself, a BIND convention that RFC 4892 documents: TXT records of class CHAOS. Which software
 * runs is disclosed only if the operator wants that: there are answers only for the texts in the config.
 */
import { CLASS, TYPE } from '../wire/codes.js';
import { encodeName, LOWER } from '../wire/names.js';
import { HEADER, type Query } from '../wire/query.js';

export interface ChaosAnswer {
  /** The name on the wire, in lower case. */
  readonly name: Uint8Array;
  /** A whole record, whose owner is a pointer to the question's name. */
  readonly record: Uint8Array;
}

/** What the server says about itself. Absent: nothing. */
export interface ChaosTexts {
  readonly version?: string;
  readonly id?: string;
}

const VERSION_NAMES = ['version.bind', 'version.server'];
const ID_NAMES = ['id.server', 'hostname.bind'];

/** The answers with these texts, each at most 255 octets of UTF-8. */
export function chaosAnswers({ version, id }: ChaosTexts): ChaosAnswer[] {
  const answers = (names: readonly string[], text: string | undefined): ChaosAnswer[] =>
    text === undefined ? [] : names.map((name) => ({ name: encodeName(name), record: textRecord(text) }));
  return [...answers(VERSION_NAMES, version), ...answers(ID_NAMES, id)];
}

/** A TXT record with TTL 0: it describes the server that was asked, so caches must not keep it. */
function textRecord(text: string): Uint8Array {
  const octets = Buffer.from(text);
  const pointer = [0xc0, HEADER];
  const data = [octets.length, ...octets];
  return Uint8Array.from([...pointer, 0, TYPE.TXT, 0, CLASS.CH, 0, 0, 0, 0, 0, data.length, ...data]);
}

/** The record that answers a query of class CHAOS, or undefined if there is none: the query is then refused. */
export function findChaos(
  packet: DataView,
  start: number,
  query: Query,
  answers: readonly ChaosAnswer[],
): Uint8Array | undefined {
  if (query.type !== TYPE.TXT && query.type !== TYPE.ANY) return undefined;
  for (let i = 0; i < answers.length; i++) {
    const answer = answers[i];
    if (answer !== undefined && hasName(packet, start, query, answer.name)) return answer.record;
  }
  return undefined;
}

function hasName(packet: DataView, start: number, query: Query, name: Uint8Array): boolean {
  if (query.nameLength !== name.length) return false;
  for (let i = 0; i < name.length; i++) {
    if (LOWER[packet.getUint8(start + HEADER + i)] !== name[i]) return false;
  }
  return true;
}
