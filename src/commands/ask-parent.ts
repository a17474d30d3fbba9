/**
 * Asks the name servers of a zone's parent which DS records they have. They are looked up through the host's resolver, and
 * asked over TCP, so that only an attacker on the path could forge their answers.
 */
import { randomInt } from 'node:crypto';
import { Resolver } from 'node:dns/promises';
import { once } from 'node:events';
import { connect } from 'node:net';
import { codeOf, describeError } from '../platform/errors.js';
import { answersIn } from '../wire/answers.js';
import { CLASS, FLAG, RCODE, TYPE } from '../wire/codes.js';
import { encodeName } from '../wire/names.js';
import { HEADER } from '../wire/query.js';

/** The answer of one of the parent's name servers, or why there is none. */
export interface ParentServer {
  readonly server: string;
  readonly address: string;
  readonly records?: readonly ParentDs[];
  readonly fault?: string;
}

export interface ParentDs {
  readonly tag: number;
  readonly algorithm: number;
  readonly digestType: number;
  /** Hexadecimal, lower case. */
  readonly digest: string;
  /** Seconds. */
  readonly ttl: number;
}

export interface ParentOptions {
  /** Resolvers for looking up the parent's name servers, such as `127.0.0.1:5353`. Absent: the host's. */
  readonly servers?: readonly string[];
  readonly port?: number;
}

const PATIENCE = 5000;
/** The start of the zone's own SOA record: a pointer to the name in the question, and the type. */
const OWN_SOA = Buffer.from([0xc0, HEADER, 0, TYPE.SOA]);
const NOTHING = new Set(['ENODATA', 'ENOTFOUND']);
/** What is wrong with the resolver, by Node's code. */
const FAULTS: Readonly<Record<string, string>> = {
  // Only seen for the root, which always has name servers.
  ENODATA: 'the resolver knows none',
  ENOTFOUND: 'the resolver knows none',
  ECONNREFUSED: 'no resolver answers',
  ETIMEOUT: 'no resolver answers in time',
  ESERVFAIL: 'the resolver says SERVFAIL',
  EREFUSED: 'the resolver refuses',
};

/** One entry for each address, at least one. Rejects with the reason if the name servers can't be looked up. */
export async function askParent(zone: string, options: ParentOptions = {}): Promise<readonly ParentServer[]> {
  const resolver = new Resolver({ timeout: PATIENCE, tries: 2 });
  if (options.servers !== undefined) resolver.setServers([...options.servers]);
  const names = await serversAbove(zone, resolver);
  const asked = names.map(async (server) => {
    const { addresses, fault } = await addressesOf(server, resolver);
    if (addresses.length === 0) return [{ server, address: '', fault }];
    return Promise.all(addresses.map((address) => askOne(zone, server, address, options.port ?? 53)));
  });
  return (await Promise.all(asked)).flat();
}

/** The name servers of the closest enclosing zone. */
async function serversAbove(zone: string, resolver: Resolver): Promise<readonly string[]> {
  for (let above = parentOf(zone); ; above = parentOf(above)) {
    try {
      const names = await resolver.resolveNs(above === '' ? '.' : above);
      return [...new Set(names)].sort();
    } catch (error) {
      const code = codeOf(error) ?? '';
      if (NOTHING.has(code) && above !== '') continue;
      throw new Error(`${faultOf(error)}, asked for those of ${above || 'the root'}`, { cause: error });
    }
  }
}

/** What is wrong with the resolver, in words. */
function faultOf(error: unknown): string {
  return FAULTS[codeOf(error) ?? ''] ?? describeError(error);
}

function parentOf(name: string): string {
  return name.slice(`${name}.`.indexOf('.') + 1);
}

/** `fault` is why there are none, if there are none. */
async function addressesOf(server: string, resolver: Resolver) {
  const found = await Promise.allSettled([resolver.resolve4(server), resolver.resolve6(server)]);
  const addresses = found.flatMap((each) => (each.status === 'fulfilled' ? each.value : []));
  const [why] = found.flatMap((each) =>
    each.status === 'fulfilled' || NOTHING.has(codeOf(each.reason) ?? '') ? [] : faultOf(each.reason),
  );
  return {
    addresses,
    fault: why === undefined ? 'it has no address' : `its address can't be looked up: ${why}`,
  };
}

async function askOne(zone: string, server: string, address: string, port: number): Promise<ParentServer> {
  try {
    const question = questionAbout(zone);
    const answer = await exchange(question, address, port);
    const fault = whyNone(answer, question);
    if (fault !== undefined) return { server, address, fault };
    return { server, address, records: answersIn(answer, TYPE.DS).map(({ ttl, data }) => dsOf(ttl, data)) };
  } catch (error) {
    return { server, address, fault: describeError(error) };
  }
}

/** Why an answer does not say which DS records the parent has; undefined if it does. */
function whyNone(answer: Buffer, question: Buffer): string | undefined {
  const rcode = answer.readUInt8(3) & 0x0f;
  if (rcode !== RCODE.NOERROR) return `it answers with rcode ${rcode}`;
  const end = question.length;
  if (answer.readUInt16BE(4) !== 1 || !answer.subarray(HEADER, end).equals(question.subarray(HEADER)))
    return 'it answers another question';
  if ((answer.readUInt16BE(2) & FLAG.AA) === 0) return 'it does not serve the zone above';
  // RFC 4035 §3.1.4.1: a server that has the zone but not its parent denies the DS in the zone's own name.
  if (answer.subarray(end, end + OWN_SOA.length).equals(OWN_SOA))
    return 'it serves the zone, but not the one above';
  return undefined;
}

function dsOf(ttl: number, data: Uint8Array): ParentDs {
  const [high = 0, low = 0, algorithm = 0, digestType = 0, ...digest] = data;
  return { tag: high * 256 + low, algorithm, digestType, digest: Buffer.from(digest).toString('hex'), ttl };
}

function questionAbout(zone: string): Buffer {
  const name = encodeName(zone);
  const question = Buffer.alloc(HEADER + name.length + 4);
  question.writeUInt16BE(randomInt(2 ** 16), 0);
  question.writeUInt16BE(1, 4);
  question.set(name, HEADER);
  question.writeUInt16BE(TYPE.DS, question.length - 4);
  question.writeUInt16BE(CLASS.IN, question.length - 2);
  return question;
}

/** One question over TCP: a length is before each message (RFC 1035 §4.2.2). */
async function exchange(question: Buffer, host: string, port: number): Promise<Buffer> {
  const socket = connect({ host, port });
  const timer = setTimeout(() => socket.destroy(new Error('no answer in time')), PATIENCE);
  try {
    await once(socket, 'connect');
    socket.write(Buffer.concat([Buffer.from([question.length >> 8, question.length & 0xff]), question]));
    let received = Buffer.alloc(0);
    for await (const piece of socket) {
      received = Buffer.concat([received, piece]);
      if (received.length < 2 || received.length < 2 + received.readUInt16BE(0)) continue;
      const message = received.subarray(2);
      if (message.length < HEADER || message.readUInt16BE(0) !== question.readUInt16BE(0)) break;
      return message;
    }
    throw new Error('it ended without an answer');
  } finally {
    clearTimeout(timer);
    socket.destroy();
  }
}
