/**
 * One question, asked again and again until the answer is what is waited for: how the benchmark sees when a server
 * is there, and when a change has reached its answers.
 */
import { randomBytes } from 'node:crypto';
import { createSocket } from 'node:dgram';
import { decode, encode, type OptAnswer } from 'dns-packet';

export interface Watch {
  readonly port: number;
  readonly name: string;
  /** As for `questionOf`. */
  readonly subnet?: string;
  readonly dnssecOk?: boolean;
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
export function watchAnswers({ port, until, every, limit, signal, ...asked }: Watch): Promise<number> {
  const { name } = asked;
  return new Promise((resolve, reject) => {
    const socket = createSocket('udp4');
    const send = (): void => socket.send(questionOf({ ...asked, id: 1 }), port, '127.0.0.1');
    const asking = setInterval(send, every);
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
    send();
  });
}

interface Asked {
  readonly id: number;
  readonly name: string;
  /** The first address of the client's /24, or `random` for any; undefined: no EDNS. */
  readonly subnet?: string;
  /** Asks for signatures; there is a subnet then. */
  readonly dnssecOk?: boolean;
}

/** A query for the A records of a name. */
export function questionOf({ id, name, subnet, dnssecOk = false }: Asked): Buffer {
  return encode({
    type: 'query',
    id,
    questions: [{ name, type: 'A' }],
    additionals: subnet === undefined ? [] : [clientSubnet(subnet, dnssecOk)],
  });
}

/** An option that says where the client is. */
function clientSubnet(subnet: string, dnssecOk: boolean): OptAnswer {
  const ip = subnet === 'random' ? [...randomBytes(3), 0].join('.') : subnet;
  return {
    type: 'OPT',
    name: '.',
    udpPayloadSize: 1232,
    extendedRcode: 0,
    ednsVersion: 0,
    flags: dnssecOk ? DNSSEC_OK : 0,
    flag_do: dnssecOk,
    options: [{ code: 8, ip, family: 1, sourcePrefixLength: 24 }],
  };
}

/** RFC 3225 §3: where OPT's flags have DO. */
const DNSSEC_OK = 0x8000;
