/**
 * Brings the map's words that a batch of queries will need first into the processor's cache, before any of them is
 * answered. Between two walks of the map lies all the work of an answer, so each waits for memory by itself. Asked for
 * one right behind the other, without a branch that depends on what is read, the words of a whole batch come at once:
 * measured over random subnets with a City-sized database, 4 % more answers in all, the kernel's work included. (Whole
 * walks won nothing: each ends with a branch that waits for its last word.)
 *
 * It is a guess and no more: it looks for the subnet where resolvers put it, at the message's end, and in the map of the
 * pool that was asked for last. Nothing is answered from what it finds.
 */
import { touchIPv4 } from './locate.js';
import type { Responder } from './responder.js';

/** The head of a client subnet option with an IPv4 /24 (RFC 7871 §11.1): its code, 8, and its length, 7. */
const IPV4_24 = 0x0008_0007;
/** Octets of such an option, head and all, and of the address in it. */
const OPTION = 11;
const ADDRESS = 3;

/**
 * Guesses for the message that ends at `end`, whose client's IPv4 address is at `client`, both in `memory`; so are the
 * octets of an option before `end`.
 */
export function foresee(memory: DataView, end: number, client: number, responder: Responder): void {
  const pool = responder.lastPool;
  if (pool === undefined) return;
  const at = memory.getUint32(end - OPTION) === IPV4_24 ? end - ADDRESS : client;
  // Kept, so that the engine can't find the reading useless and leave it out.
  responder.foreseen = touchIPv4(pool, memory.getUint32(at));
}
