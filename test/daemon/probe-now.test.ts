/** A round of probes of those that somebody named, and of nobody else. */
import t from 'tap';
import { probeNow } from '../../src/daemon/probe-now.js';
import type { ProbeRun } from '../../src/probe/probe.js';
import { soundZone } from '../zone/zone-text.js';

const ZONES = ['dl.example.org', 'example.net'].map((name) =>
  soundZone(`
zone: ${name}
ns: [ns.example.com]
pools: { "@": {}, eu: { mirrors: [a] } }
mirrors: { a: { addresses: [192.0.2.1] }, b: { addresses: [192.0.2.2], weight: 0 } }
`),
);

async function probed(mirror?: string): Promise<string[]> {
  const run: ProbeRun = async ({ address }) =>
    address.text === '192.0.2.1' ? { ok: true, ms: 1 } : { ok: false, ms: 2, error: 'refused' };
  const results = await probeNow(ZONES, mirror, run, () => 0);
  return results.map(({ pool, mirror, cause }) => `${pool} ${mirror} ${cause ?? 'good'}`);
}

t.test('all, or who is named, in every pool, disabled or not', async (t) => {
  t.equal((await probed()).length, 6);
  t.same(await probed('example.net/*'), [
    'example.net a good',
    'example.net b refused',
    'eu.example.net a good',
  ]);
  t.same(await probed('dl.example.org/b'), ['dl.example.org b refused']);
  await t.rejects(probed('c'), { code: 'REQUEST_REFUSED' });
});
