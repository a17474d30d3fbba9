import t from 'tap';
import { checksOf, describeTarget, targetKey } from '../../src/probe/target.js';
import { httpProbe, targetOf, tcpProbe } from '../health/targets.js';

const base = targetOf('192.0.2.1');

t.test('what asks the same has the same key', async (t) => {
  const same = [
    targetOf('192.0.2.1'),
    targetOf('192.0.2.1', { mirror: 'renamed' }),
    targetOf('192.0.2.1', {
      probe: httpProbe({ interval: 1000, fastInterval: 500, timeout: 100, fall: 9, rise: 9 }),
    }),
    targetOf('192.0.2.1', { probe: httpProbe({ expect: [206, 200, 206] }) }),
  ];
  for (const target of same) t.equal(targetKey(target), targetKey(base));
  t.equal(
    targetKey(targetOf('2001:DB8:0::1')),
    targetKey(targetOf('2001:db8::1')),
    'two texts of one address are one address',
  );
});

t.test('what asks something else has another key', async (t) => {
  const keys = [
    base,
    targetOf('192.0.2.2'),
    targetOf('192.0.2.1', { zone: 'example.org' }),
    targetOf('192.0.2.1', { pool: 'alpha.dl.example.org' }),
    targetOf('192.0.2.1', { probe: httpProbe({ type: 'https' }) }),
    targetOf('192.0.2.1', { probe: httpProbe({ port: 8080 }) }),
    targetOf('192.0.2.1', { probe: httpProbe({ host: 'other.example.org' }) }),
    targetOf('192.0.2.1', { probe: httpProbe({ path: '/' }) }),
    targetOf('192.0.2.1', { probe: httpProbe({ expect: [200] }) }),
    targetOf('192.0.2.1', { probe: tcpProbe({ port: 80 }) }),
    targetOf('192.0.2.1', { probe: tcpProbe({ port: 873 }) }),
    targetOf('192.0.2.1', { probe: { type: 'none' } }),
  ].map(targetKey);
  t.equal(new Set(keys).size, keys.length);
});

t.test('no text in one field looks like two', async (t) => {
  const one = targetOf('192.0.2.1', { probe: httpProbe({ host: 'a', path: '/b","/c' }) });
  const two = targetOf('192.0.2.1', { probe: httpProbe({ host: 'a","/b', path: '/c' }) });
  t.not(targetKey(one), targetKey(two));
});

t.test('a description has what an operator searches for', async (t) => {
  t.same(describeTarget(base), {
    zone: 'dl.example.org',
    pool: 'dl.example.org',
    mirror: 'aurora',
    address: '192.0.2.1',
  });
});

t.test('checks are the probes of a target, two that ask the same being one', async (t) => {
  const target = targetOf('192.0.2.1', {
    probes: [httpProbe(), tcpProbe(), httpProbe({ interval: 1000 }), httpProbe({ path: '/' })],
  });
  t.same(
    [...checksOf(target).values()].map(({ probe }) => probe),
    [httpProbe(), tcpProbe(), httpProbe({ path: '/' })],
  );
  t.not(targetKey(target), targetKey(base), 'another probe is another target');
});
