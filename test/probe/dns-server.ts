/** A name server on loopback that says what a test tells it to, for what resolves names itself. */
import { createSocket } from 'node:dgram';
import type { AddressInfo } from 'node:net';
import { type Answer, decode, encode } from 'dns-packet';
import type { Scope } from '../scope.js';

/** By name, `*` for all others: addresses of both families; `none`: no such name; `fails`: SERVFAIL; `silent`: no answer. */
export type Hosts = Map<string, readonly string[] | 'none' | 'fails' | 'silent'>;

const NXDOMAIN = 3;
const SERVFAIL = 2;

/** Starts one; its address for a resolver, `127.0.0.1:PORT`. `hear` is told each name that is asked for. */
export async function serveNames(
  t: Scope,
  hosts: Hosts,
  ttl = 60,
  hear: (name: string) => void = () => undefined,
): Promise<string> {
  const socket = createSocket('udp4');
  socket.on('message', (query, from) => {
    const { id, questions = [] } = decode(query);
    const [question] = questions;
    if (question === undefined) return;
    hear(question.name);
    const held = hosts.get(question.name.toLowerCase()) ?? hosts.get('*') ?? 'none';
    if (held === 'silent') return;
    const rcode = held === 'none' ? NXDOMAIN : held === 'fails' ? SERVFAIL : 0;
    const answers =
      typeof held === 'string'
        ? []
        : held.flatMap((data): Answer[] => recordOf(question.name, question.type, data, ttl));
    socket.send(
      encode({ type: 'response', id: id ?? 0, flags: 0x8180 | rcode, questions, answers }),
      from.port,
      from.address,
    );
  });
  await new Promise<void>((resolve) => socket.bind(0, '127.0.0.1', resolve));
  t.teardown(() => new Promise<void>((resolve) => void socket.close(() => resolve())));
  const { port }: AddressInfo = socket.address();
  return `127.0.0.1:${port}`;
}

function recordOf(name: string, wanted: string, data: string, ttl: number): Answer[] {
  const type = data.includes(':') ? 'AAAA' : 'A';
  return type === wanted ? [{ name, type, ttl, data }] : [];
}
