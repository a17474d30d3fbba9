import t from 'tap';
import { gdnsdProbes } from '../../src/import/gdnsd-probes.js';
import { childIn, readVscf } from '../../src/import/vscf.js';

function probesOf(types: string, named: string) {
  const said: string[] = [];
  const { root } = readVscf({ file: 'c', text: `t => {${types}}, n => ${named}` }, () => undefined);
  const probes = gdnsdProbes(childIn(root, 'n'), childIn(root, 't'), (_, message) => said.push(message));
  return {
    said,
    probes: probes.map(({ entries }) => Object.fromEntries(entries.map(({ key, value }) => [key, value]))),
  };
}

const USUAL = { interval: '10s', fast_interval: '10s', timeout: '5s', fall: 10, rise: 20 };

t.test('HTTP and TCP, with the defaults of gdnsd', async (t) => {
  t.same(probesOf('a => { plugin => http_status }', 'a'), {
    said: [],
    probes: [{ type: 'http', expect: [200], ...USUAL }],
  });
  t.same(
    probesOf(
      'a => { plugin => tcp_connect, port => 873, interval => 3, down_thresh => 2, up_thresh => 1 }',
      '[a]',
    ).probes,
    [{ type: 'tcp', port: 873, interval: '3s', fast_interval: '3s', timeout: '1s', fall: 2, rise: 1 }],
  );
  t.match(
    probesOf('a => { plugin => http_status, port => 81, ok_codes => [200, 301], timeout => 2 }', 'a').probes,
    [{ port: 81, expect: [200, 301], timeout: '2s' }],
  );
});

t.test('what is always up has none, and what has no like is said', async (t) => {
  t.same(probesOf('', 'up'), { said: [], probes: [] });
  t.same(probesOf('a => { plugin => extfile }', '[a, b]'), {
    probes: [],
    said: [
      'the service type a runs extfile, which has no equivalent: say how mirrors are probed',
      'the service type b is not known: say how mirrors are probed',
    ],
  });
});
