/** Responders for signed pools, and what validates of their answers. */
import { newResponder, type Responder } from '../../src/answer/responder.js';
import { TALLY } from '../../src/answer/tally.js';
import { keyStateAt } from '../../src/dnssec/key-times.js';
import { dnskeyData, type ZoneKeys } from '../../src/dnssec/keys.js';
import { seededRandom } from '../../src/platform/random.js';
import { answerOctets, type Made, makeTable, type TableOptions } from '../compile/make-table.js';
import { query, subnet } from '../dns-message.js';
import { makeKeys } from '../dnssec/make-keys.js';
import { validate } from '../dnssec/validator.js';
import { readMessage } from '../dnssec/wire-message.js';

export const NOW = Date.UTC(2026, 10, 29, 12);
export const ZONE = 'dl.example.org';
export const A = 1;
export const AAAA = 28;

export interface Scene extends Made {
  readonly responder: Responder;
  readonly keys: ZoneKeys;
}

export function signed(text: string, keys: ZoneKeys, options: TableOptions = {}): Made {
  return makeTable([text], {
    ...options,
    signings: new Map([[ZONE, { keys: keyStateAt(keys, NOW), now: NOW }]]),
  });
}

export function scene(text: string, options: TableOptions = {}, keys = makeKeys(ZONE)): Scene {
  const made = signed(text, keys, options);
  const responder = newResponder(made.table, seededRandom(1));
  responder.now = NOW;
  return { ...made, responder, keys };
}

interface AskTerms {
  readonly name?: string;
  readonly type?: number;
  readonly from?: string;
  readonly network?: string;
}

/** The addresses of a validated answer, as hex, in its order. */
export function ask(
  { responder, keys }: Pick<Scene, 'responder' | 'keys'>,
  terms: AskTerms = {},
): readonly string[] {
  const { name = ZONE, type = A, from = '127.0.0.1', network } = terms;
  const options = network === undefined ? [] : [subnet(network)];
  const asked = query({ name, type, edns: { dnssecOk: true, options } });
  const octets = answerOctets(responder, asked, { from, tcp: true });
  validate(octets, { name, type }, [{ zone: ZONE, keys: keys.keys.map(dnskeyData) }], responder.now);
  return readMessage(octets).records.flatMap((record) =>
    record.section === 'answer' && record.type === type ? [record.data.toString('hex')] : [],
  );
}

export function counts({ responder: { tally } }: Pick<Scene, 'responder'>) {
  return {
    signed: tally[TALLY.SETS_SIGNED] ?? 0,
    known: tally[TALLY.SETS_KNOWN] ?? 0,
    stoodIn: tally[TALLY.SETS_STOOD_IN] ?? 0,
  };
}
