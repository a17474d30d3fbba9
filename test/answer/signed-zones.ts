/** Signed zones for tests that ask them. */
import { newResponder, type Responder } from '../../src/answer/responder.js';
import { keyStateAt } from '../../src/dnssec/key-times.js';
import { dnskeyData, type ZoneKeys } from '../../src/dnssec/keys.js';
import { seededRandom } from '../../src/platform/random.js';
import { answerOctets, makeTable } from '../compile/make-table.js';
import { query } from '../dns-message.js';
import { type Trusted, type Verdict, validate } from '../dnssec/validator.js';

/** When their signatures are made, and validated. */
export const NOW = Date.UTC(2026, 10, 29, 12);
export interface Served {
  readonly signed: Responder;
  readonly unsigned: Responder;
  readonly trusted: readonly Trusted[];
}

/** The zones, signed with these keys, and the same without. */
export function serve(texts: readonly string[], keys: readonly ZoneKeys[]): Served {
  const signings = new Map(
    keys.map((each) => [each.zone, { keys: keyStateAt(each, NOW), now: NOW }] as const),
  );
  const signed = newResponder(makeTable(texts, { signings }).table, seededRandom(1));
  signed.now = NOW;
  return {
    signed,
    unsigned: newResponder(makeTable(texts).table, seededRandom(1)),
    trusted: keys.map((each) => ({ zone: each.zone, keys: each.keys.map(dnskeyData) })),
  };
}

export const TCP = { tcp: true };

/** The answer with DO; over TCP, so that nothing is left out. */
export function askSigned({ signed }: Served, name: string, type: number): Uint8Array {
  return answerOctets(signed, query({ name, type, edns: { dnssecOk: true } }), TCP);
}

/** What the validator says of that. */
export function verdictOn(served: Served, name: string, type: number): Verdict {
  try {
    return validate(askSigned(served, name, type), { name: name.toLowerCase(), type }, served.trusted, NOW);
  } catch (error) {
    throw new Error(`${name} ${type}: ${error instanceof Error ? error.message : error}`);
  }
}

/** A zone for inside another one. */
export const inner = (name: string): string => `
zone: ${name}
ns: [ns.example.net]
pools: { "@": { probe: { type: none } } }
mirrors: { aurora: { addresses: [192.0.2.10] } }
records: { x: { TXT: inside } }
`;
