/** When the server listens on an endpoint, what it reports about it, and when it closes it. */
import t from 'tap';
import type { Endpoint } from '../../src/server/endpoint.js';
import { keepListening } from '../../src/server/keep-listening.js';
import type { FromWorker } from '../../src/server/messages.js';
import { createFakeClock } from '../fake-clock.js';

const at = (host: string): Endpoint => ({ host, port: 53 });

/** A host whose addresses and troubles are as a test sets them; what is done there is written down. */
function host(wanted: string[], troubles: Record<string, string>, changes = false) {
  const done: string[] = [];
  const clock = createFakeClock();
  const request = {
    wanted: () => wanted.map(at),
    changes,
    clock,
    open: async ({ host }: Endpoint) => {
      const code = troubles[host];
      if (code !== undefined) throw Object.assign(new Error('no'), { code });
      done.push(`open ${host}`);
      return { close: () => void done.push(`close ${host}`) };
    },
    say: (message: FromWorker) => {
      if (message.kind === 'listening') throw new Error('that is for whoever asks to say');
      const why = 'code' in message ? ` ${message.code}` : '';
      done.push(`${message.kind} ${message.endpoint.host}${why}`);
    },
  };
  return { wanted, troubles, clock, request: request, heard: () => done.splice(0) };
}

t.test('where all are there, nobody looks again', async (t) => {
  const { request, clock, heard } = host(['one', 'two'], {});
  const stop = await keepListening(request);
  t.same(heard(), ['open one', 'open two']);
  t.equal(clock.waiting(), 0);
  stop();
  t.same(heard(), ['close one', 'close two']);
});

t.test('a missing address is said once and listened on when it comes', async (t) => {
  const { request, clock, troubles, heard } = host(['one', 'two'], { one: 'EADDRNOTAVAIL' });
  await keepListening(request);
  t.same(heard(), ['waiting one EADDRNOTAVAIL', 'open two']);
  await clock.advance(10_000);
  t.same(heard(), []);
  troubles.one = 'EADDRINUSE';
  await clock.advance(2000);
  t.same(heard(), ['waiting one EADDRINUSE'], 'there is another reason now');
  delete troubles.one;
  await clock.advance(1000);
  t.same(heard(), ['open one', 'found one']);
  t.equal(clock.waiting(), 0, 'nobody looks any more');
});

t.test('at the start anything else is a failure, and nothing is left open', async (t) => {
  const { request, clock, heard } = host(['one', 'two', 'three'], { one: 'EADDRNOTAVAIL', three: 'EACCES' });
  await t.rejects(keepListening(request), { code: 'EACCES' });
  t.same(heard(), ['waiting one EADDRNOTAVAIL', 'open two', 'close two', 'failed three EACCES']);
  t.equal(clock.waiting(), 0);
});

t.test('addresses that come and go', async (t) => {
  const { request, clock, wanted, heard } = host(['one'], {}, true);
  const stop = await keepListening(request);
  wanted.push('two');
  t.same(heard(), ['open one']);
  await clock.advance(1000);
  t.same(heard(), ['open two', 'found two']);
  wanted.splice(0);
  await clock.advance(590_000);
  wanted.push('two');
  await clock.advance(20_000);
  t.same(heard(), ['close one'], 'one that comes back was never let go');
  stop();
  t.same(heard(), ['close two']);
  t.equal(clock.waiting(), 0);
});

t.test('what is opened while it is being stopped is closed', async (t) => {
  const { request, clock, wanted, heard } = host([], {}, true);
  let opened = (): void => undefined;
  const open = async (endpoint: Endpoint) => {
    await new Promise<void>((resolve) => {
      opened = resolve;
    });
    return request.open(endpoint);
  };
  const stop = await keepListening({ ...request, open });
  wanted.push('one', 'two');
  await clock.advance(1000);
  stop();
  opened();
  await clock.advance(1000);
  t.same(heard(), ['open one', 'close one']);
  t.equal(clock.waiting(), 0);
});

t.test('a look that the system refuses is made again', async (t) => {
  const { request, clock, heard } = host(['one'], {}, true);
  let looks = 0;
  const wanted = () => {
    looks++;
    if (looks === 2) throw new Error('EMFILE');
    return looks > 2 ? [at('one'), at('two')] : request.wanted();
  };
  await keepListening({ ...request, wanted });
  await clock.advance(2000);
  t.same(heard(), ['open one', 'open two', 'found two']);
});
