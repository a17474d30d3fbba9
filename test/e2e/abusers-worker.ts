/**
 * Three hundred abusive clients of ten kinds, on a thread of their own so that they do not slow down the measuring thread.
 * They begin when the thread starts and go on, even if the server cuts them off, until it is told to end.
 */
import { createSocket } from 'node:dgram';
import { connect, type Socket } from 'node:net';
import { parentPort, workerData } from 'node:worker_threads';
import { below, type Random, seededRandom } from '../../src/platform/random.js';
import { framed, queryOctets } from './dns-client.js';

export interface AbusersStart {
  readonly port: number;
  /** A name that there is an answer to, and one whose answer is long, of type TXT. */
  readonly name: string;
  readonly longName: string;
  readonly ofEachKind: number;
}

const { port, name, longName, ofEachKind }: AbusersStart = workerData;

/** Milliseconds from one misdeed of a client to its next. */
const PACE = 25;
/** How a connection is used: what it does at first, and at each turn after that. */
interface Kind {
  readonly begin?: (socket: Socket, random: Random) => void;
  readonly turn?: (socket: Socket, random: Random) => void;
  /** Never takes what it is sent. */
  readonly deaf?: boolean;
}

const query = framed(queryOctets({ name }, 1));
const long = framed(queryOctets({ name: longName, type: 'TXT' }, 2));
const noise = (random: Random, most: number): Buffer =>
  Buffer.from(Array.from({ length: 1 + below(random, most) }, () => below(random, 256)));
const times = (message: Buffer, count: number): Buffer =>
  Buffer.concat(Array.from({ length: count }, () => message));

const KINDS: Readonly<Record<string, Kind>> = {
  silent: {},
  'a length and nothing': { begin: (socket) => socket.write(Buffer.from([255, 255])) },
  'octet by octet': {
    begin: (socket) => socket.write(Buffer.from([255, 255])),
    turn: (socket) => socket.write(Buffer.alloc(1)),
  },
  deaf: {
    deaf: true,
    begin: (socket) => socket.write(times(long, 200)),
    turn: (socket) => {
      if (socket.writableLength < 1 << 16) socket.write(times(long, 50));
    },
  },
  fickle: {
    turn: (socket) => {
      socket.write(query);
      socket.resetAndDestroy();
    },
  },
  noisy: { turn: (socket, random) => socket.write(noise(random, 300)) },
  'shorter than a header': { turn: (socket) => socket.write(Buffer.from([0, 3, 1, 2, 3])) },
  'half a query and the end': { turn: (socket) => socket.end(query.subarray(0, 20)) },
  greedy: { turn: (socket) => socket.write(times(query, 20)) },
};

/** Keeps one connection of a kind going, opening another whenever it ends. */
function abuse({ begin, turn, deaf = false }: Kind, from: string, random: Random): void {
  const socket = connect({ port, host: '127.0.0.1', localAddress: from, allowHalfOpen: true });
  socket.on('error', () => undefined);
  socket.on('connect', () => begin?.(socket, random));
  if (deaf) socket.pause();
  else socket.resume();
  socket.on('end', () => socket.destroy());
  const timer = setInterval(() => {
    // A connection that was reset is noticed by who writes only.
    if (socket.writable && !socket.connecting) turn?.(socket, random);
  }, PACE + below(random, PACE));
  socket.on('close', () => {
    clearInterval(timer);
    setTimeout(() => abuse({ ...(begin && { begin }), ...(turn && { turn }), deaf }, from, random), PACE);
  });
}

/** Datagrams that are no queries, answers among them. */
function abuseUdp(from: string, random: Random): void {
  const socket = createSocket('udp4');
  socket.on('error', () => undefined);
  socket.bind({ port: 0, address: from }, () => {
    setInterval(() => {
      const changed = queryOctets({ name }, below(random, 65_536));
      for (let i = 0; i < 3; i++) changed[below(random, changed.length)] = below(random, 256);
      for (const datagram of [changed, noise(random, 600), Buffer.concat([changed, noise(random, 500)])])
        socket.send(datagram, port, '127.0.0.1');
    }, PACE);
  });
}

for (const [kind, how] of Object.values(KINDS).entries()) {
  for (let i = 0; i < ofEachKind; i++) {
    const random = seededRandom(1 + kind, 1 + i);
    // Half of the kinds come from one network each.
    const network = kind % 2 === 0 ? 0 : i % 3;
    setTimeout(abuse, below(random, 200), how, `127.${10 + kind}.${network}.${1 + i}`, random);
  }
}
for (let i = 0; i < ofEachKind; i++) abuseUdp(`127.30.${i % 3}.${1 + i}`, seededRandom(30, 1 + i));
parentPort?.on('message', () => process.exit(0));
