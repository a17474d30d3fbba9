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
import { CLASS, RCODE, TYPE } from '../wire/codes.js';
import { encodeName } from '../wire/names.js';

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
    const addresses = await addressesOf(server, resolver);
    if (addresses.length === 0) return [{ server, address: '', fault: 'it has no address' }];
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
      const fault = FAULTS[code] ?? describeError(error);
      throw new Error(`${fault}, asked for those of ${above || 'the root'}`, { cause: error });
    }
  }
}

function parentOf(name: string): string {
  return name.slice(`${name}.`.indexOf('.') + 1);
}

async function addressesOf(server: string, resolver: Resolver): Promise<readonly string[]> {
  const found = await Promise.allSettled([resolver.resolve4(server), resolver.resolve6(server)]);
  return found.flatMap((each) => (each.status === 'fulfilled' ? each.value : []));
}

async function askOne(zone: string, server: string, address: string, port: number): Promise<ParentServer> {
  try {
    const answer = await exchange(zone, address, port);
    const rcode = answer.readUInt8(3) & 0x0f;
    if (rcode !== RCODE.NOERROR) return { server, address, fault: `it answers with rcode ${rcode}` };
    return { server, address, records: answersIn(answer, TYPE.DS).map(({ ttl, data }) => dsOf(ttl, data)) };
  } catch (error) {
    return { server, address, fault: describeError(error) };
  }
}

function dsOf(ttl: number, data: Uint8Array): ParentDs {
  const [high = 0, low = 0, algorithm = 0, digestType = 0, ...digest] = data;
  return { tag: high * 256 + low, algorithm, digestType, digest: Buffer.from(digest).toString('hex'), ttl };
}

/** One question over TCP (RFC 1035 §4.2.2). */
async function exchange(zone: string, host: string, port: number): Promise<Buffer> {
  const name = encodeName(zone);
  const id = randomInt(2 ** 16);
  const question = Buffer.alloc(14 + name.length + 4);
  question.writeUInt16BE(question.length - 2, 0);
  question.writeUInt16BE(id, 2);
  question.writeUInt16BE(1, 6);
  question.set(name, 14);
  question.writeUInt16BE(TYPE.DS, question.length - 4);
  question.writeUInt16BE(CLASS.IN, question.length - 2);
  const socket = connect({ host, port });
  const timer = setTimeout(() => socket.destroy(new Error('no answer in time')), PATIENCE);
  try {
    await once(socket, 'connect');
    socket.write(question);
    let received = Buffer.alloc(0);
    for await (const piece of socket) {
      received = Buffer.concat([received, piece]);
      if (received.length < 2 || received.length < 2 + received.readUInt16BE(0)) continue;
      const message = received.subarray(2);
      if (message.length < 12 || message.readUInt16BE(0) !== id) break;
      return message;
    }
    throw new Error('it ended without an answer');
  } finally {
    clearTimeout(timer);
    socket.destroy();
  }
}
