import t from 'tap';
import { systemClock } from '../../src/platform/clock.js';
import { probeRound } from '../../src/probe/probe-round.js';
import { createProbeRun } from '../../src/probe/probe-run.js';
import { createResolver } from '../../src/probe/resolve.js';
import { httpProbe, targetOf } from '../health/targets.js';
import { serveHttp } from './servers.js';

const run = createProbeRun({ clock: systemClock, version: '1.2.3', resolver: createResolver() });

t.test('a round of many mirrors at once gives each its outcome, and Node nothing to warn of', async (t) => {
  const warnings: Error[] = [];
  const heed = (warning: Error) => void warnings.push(warning);
  process.on('warning', heed);
  t.teardown(() => process.off('warning', heed));
  const { port } = await serveHttp(t, (_, response) => response.end(), '0.0.0.0');
  const addresses = Array.from({ length: 30 }, (_, i) => `127.0.0.${i + 1}`);
  const probe = httpProbe({ port, timeout: 20_000 });
  const probed = await probeRound(
    addresses.map((address) => targetOf(address, { probe })),
    run,
  );
  t.same(
    probed.map(({ check }) => check.address.text),
    addresses,
  );
  for (const { outcome } of probed) t.match(outcome, { ok: true });
  // Warnings are told in a turn of their own.
  await new Promise((resolve) => setImmediate(resolve));
  t.same(warnings, []);
});
