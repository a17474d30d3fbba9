/**
 * Queries resolvers as a stub that wants signatures does: with DO and AD (RFC 6840 §5.7), from an address of its own.
 */
import { createSocket } from 'node:dgram';
import { query, type Reply, readReply, type TypeName } from '../../dns-message.js';
import { within } from '../program.js';

/** RD and AD. */
const FLAGS = 0x0120;
/** No answer is too long for the loopback interface. */
const SIZE = 4096;
/** Milliseconds after which it is asked once more. */
const AGAIN = 5000;
const RCODES = ['NOERROR', 'FORMERR', 'SERVFAIL', 'NXDOMAIN', 'NOTIMP', 'REFUSED'];

export interface Question {
  /** Without trailing dot. */
  readonly name: string;
  readonly type: TypeName | number;
}

/** What the resolver at an address says to a client at another. */
export function ask(resolver: string, from: string, { name, type }: Question): Promise<Reply> {
  const socket = createSocket('udp4');
  const octets = query({ name, type, flags: FLAGS, edns: { size: SIZE, dnssecOk: true } });
  const answered = new Promise<Reply>((resolve, reject) => {
    socket.on('error', reject);
    socket.on('message', (message) => resolve(readReply(message)));
    socket.bind(0, from, () => socket.send(octets, 53, resolver));
  });
  const again = setInterval(() => socket.send(octets, 53, resolver), AGAIN);
  return within(answered, `an answer of ${resolver} for ${name}`).finally(() => {
    clearInterval(again);
    socket.close();
  });
}

/** The rcode, and `AD` where the resolver found signatures that hold, or a proof. */
export function verdictOf({ rcode, ad }: Reply): string {
  return `${RCODES[rcode] ?? rcode}${ad ? ' AD' : ''}`;
}

/** The tags of the keys that an answer's records are signed by, or, of DS records, whose digests they have. */
export function tagsIn({ answers }: Pick<Reply, 'answers'>, type: 'RRSIG' | 'DS'): readonly number[] {
  const tags = answers.flatMap((line) => TAG[type].exec(line)?.slice(1) ?? []);
  return [...new Set(tags.map(Number))].sort((a, b) => a - b);
}

const TAG = { RRSIG: / RRSIG .*"keyTag":(\d+)/, DS: / DS (\d+) / } as const;
