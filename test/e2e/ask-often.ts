/**
 * Sends the same query many times over one socket, for counting. It reads only the addresses of the answers, so a hundred
 * thousand queries take seconds.
 */
import { createSocket } from 'node:dgram';
import { type Asked, queryOctets } from './dns-client.js';
import { LIMIT, within } from './program.js';

/** Queries under way at a time: few enough for any socket's buffer, so that none gets lost. */
const WINDOW = 64;

/** For each address, how often it was in each place of an answer. */
export type Tally = ReadonlyMap<string, readonly number[]>;

/** Asks `times` times and counts; rejects where an answer is missing, or is none. */
export async function askOften(port: number, asked: Asked, times: number): Promise<Tally> {
  const socket = createSocket({ type: 'udp4', recvBufferSize: 1 << 20 });
  await new Promise<void>((resolve) => socket.connect(port, '127.0.0.1', resolve));
  const question = queryOctets(
    { name: asked.name, ...(asked.type !== undefined && { type: asked.type }) },
    0,
  ).length;
  const tally = new Map<string, number[]>();
  let sent = 0;
  let answered = 0;
  const send = (): void => {
    if (sent === times) return;
    socket.send(queryOctets(asked, sent % 65536));
    sent++;
  };
  const done = new Promise<void>((resolve, reject) => {
    socket.on('error', reject);
    socket.on('message', (octets) => {
      const fault = read(octets, question, tally);
      if (fault !== undefined) return reject(new Error(`${asked.name}: ${fault}`));
      answered++;
      if (answered === times) resolve();
      else send();
    });
  });
  for (let i = 0; i < WINDOW; i++) send();
  try {
    await within(done, `${times} answers for ${asked.name}`, LIMIT);
  } finally {
    socket.close();
  }
  return tally;
}

/** Adds an answer to the tally; gives what is wrong with it, if anything. */
function read(octets: Buffer, question: number, tally: Map<string, number[]>): string | undefined {
  if ((octets.readUInt16BE(2) & 0x820f) !== 0x8000) return 'the answer is an error or truncated';
  const count = octets.readUInt16BE(6);
  let at = question;
  for (let place = 0; place < count; place++) {
    // A pointer to the question's name, type, class, TTL.
    const length = octets.readUInt16BE(at + 10);
    const address = octets.toString('hex', at + 12, at + 12 + length);
    const places = tally.get(address) ?? [];
    places[place] = (places[place] ?? 0) + 1;
    tally.set(address, places);
    at += 12 + length;
  }
  return undefined;
}
