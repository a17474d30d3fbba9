/**
 * How long a session may be resumed, by a clock that the test controls: handshakes between two ends of a stream in memory.
 */
import { once } from 'node:events';
import { Duplex } from 'node:stream';
import { connect, TLSSocket } from 'node:tls';
import t, { type Test } from 'tap';
import type { Credentials } from '../../src/server/secure-context.js';
import { createSecureContexts, type SecureContexts } from '../../src/server/secure-contexts.js';
import { within } from '../e2e/program.js';
import { createFakeClock } from '../fake-clock.js';
import { makeCertificate, noCertificates as skip } from './tls-certificate.js';

const MINUTE = 60_000;
const VERSIONS = ['TLSv1.2', 'TLSv1.3'] as const;

/** Two ends: what is written to one is read from the other. */
function ends(): [Duplex, Duplex] {
  const end = (other: () => Duplex): Duplex =>
    new Duplex({
      read: () => undefined,
      write(octets, _, done) {
        other().push(octets);
        done();
      },
    });
  const client: Duplex = end(() => server);
  const server: Duplex = end(() => client);
  return [client, server];
}

interface Seen {
  readonly resumed: boolean;
  readonly certificate: string | undefined;
  readonly session: Buffer;
}

/** A handshake with the context of now, and a session from it. */
async function handshake(
  t: Test,
  contexts: SecureContexts,
  version: (typeof VERSIONS)[number],
  session?: Buffer,
): Promise<Seen> {
  const [near, far] = ends();
  const server = new TLSSocket(far, { isServer: true, secureContext: contexts.current() });
  const client = connect({
    socket: near,
    rejectUnauthorized: false,
    minVersion: version,
    maxVersion: version,
    ...(session !== undefined && { session }),
  });
  t.teardown(() => {
    client.destroy();
    server.destroy();
  });
  const secured = once(client, 'secureConnect');
  // One that is resumed with TLS 1.2 brings no other ticket; of TLS 1.3 they come behind the handshake, with what is read.
  const ticket: Promise<Buffer[]> = once(client, 'session');
  client.resume();
  await within(secured, 'a handshake');
  const resumed = client.isSessionReused();
  const [fresh] = resumed ? [session] : await within(ticket, 'a ticket');
  return {
    resumed,
    certificate: client.getPeerX509Certificate()?.toString(),
    session: fresh ?? Buffer.alloc(0),
  };
}

function scene(): {
  clock: ReturnType<typeof createFakeClock>;
  first: Credentials;
  contexts: SecureContexts;
} {
  const clock = createFakeClock();
  const first = makeCertificate();
  return { clock, first, contexts: createSecureContexts(first, clock) };
}

for (const version of VERSIONS) {
  t.test(`${version}: no ticket is good when its key is an hour old`, { skip }, async (t) => {
    const { clock, first, contexts } = scene();
    const { session, certificate } = await handshake(t, contexts, version);
    t.equal(certificate, first.certificate);
    await clock.advance(59 * MINUTE);
    t.ok((await handshake(t, contexts, version, session)).resumed);
    const late = await handshake(t, contexts, version);
    await clock.advance(MINUTE);
    t.notOk((await handshake(t, contexts, version, session)).resumed);
    const next = await handshake(t, contexts, version, late.session);
    t.notOk(next.resumed, 'nor one that is younger, sealed with the same key');
    t.equal(next.certificate, first.certificate, 'a handshake in full is made all the same');
    await clock.advance(59 * MINUTE);
    t.ok((await handshake(t, contexts, version, next.session)).resumed);
    await clock.advance(MINUTE);
    t.notOk((await handshake(t, contexts, version, next.session)).resumed, 'and so on');
  });

  t.test(`${version}: another certificate has keys of its own, for as long`, { skip }, async (t) => {
    const { clock, contexts } = scene();
    const before = await handshake(t, contexts, version);
    await clock.advance(30 * MINUTE);
    const second = makeCertificate();
    contexts.adopt(second);
    const after = await handshake(t, contexts, version, before.session);
    t.same([after.resumed, after.certificate], [false, second.certificate]);
    await clock.advance(59 * MINUTE);
    t.ok((await handshake(t, contexts, version, after.session)).resumed);
    await clock.advance(MINUTE);
    const last = await handshake(t, contexts, version, after.session);
    t.same([last.resumed, last.certificate], [false, second.certificate]);
    t.equal(clock.waiting(), 1);
  });
}

t.test('what is no certificate changes nothing', { skip }, async (t) => {
  const { first, contexts } = scene();
  const { session } = await handshake(t, contexts, 'TLSv1.3');
  t.throws(() => contexts.adopt({ certificate: 'none', key: first.key }));
  t.ok((await handshake(t, contexts, 'TLSv1.3', session)).resumed);
});
