/**
 * One question, asked again and again until the answer is what is waited for: how the benchmark sees when a server
 * is there, and when a change has reached its answers.
 */
import { createSocket } from 'node:dgram';
import { decode, encode, type OptAnswer } from 'dns-packet';

export interface Watch {
  readonly port: number;
  readonly name: string;
  /** A client subnet's first address, its length being 24; undefined: no EDNS. */
  readonly subnet?: string;
  /** Whether the addresses of an answer are what is waited for. */
  readonly until: (addresses: readonly string[]) => boolean;
  /** Milliseconds between two queries. */
  readonly every: number;
  /** Milliseconds after which nobody waits any more. */
  readonly limit: number;
  /** Nobody waits any more: then it rejects. */
  readonly signal?: AbortSignal;
}

/** Resolves with when that answer came, by performance.now(). */
export function watchAnswers({ port, name, subnet, until, every, limit, signal }: Watch): Promise<number> {
  return new Promise((resolve, reject) => {
    const socket = createSocket('udp4');
    const query = encode({
      type: 'query',
      id: 1,
      questions: [{ name, type: 'A' }],
      additionals: subnet === undefined ? [] : [clientSubnet(subnet)],
    });
    const asking = setInterval(() => socket.send(query, port, '127.0.0.1'), every);
    const giveUp = setTimeout(() => finish(new Error(`${name}: no such answer within ${limit} ms`)), limit);
    let finished = false;
    const finish = (error?: Error): void => {
      const at = performance.now();
      if (finished) return;
      finished = true;
      clearInterval(asking);
      clearTimeout(giveUp);
      socket.close();
      if (error === undefined) resolve(at);
      else reject(error);
    };
    socket.on('message', (octets) => {
      const { answers = [] } = decode(octets);
      if (until(answers.flatMap((answer) => (answer.type === 'A' ? [answer.data] : [])))) finish();
    });
    signal?.addEventListener('abort', () => finish(new Error('nobody waits any more')), { once: true });
    // Nobody listens yet.
    socket.on('error', () => undefined);
    socket.send(query, port, '127.0.0.1');
  });
}

/** An option that says where the client is: a /24 that begins with `ip`. */
export function clientSubnet(ip: string): OptAnswer {
  return {
    type: 'OPT',
    name: '.',
    udpPayloadSize: 1232,
    extendedRcode: 0,
    ednsVersion: 0,
    flags: 0,
    flag_do: false,
    options: [{ code: 8, ip, family: 1, sourcePrefixLength: 24 }],
  };
}
