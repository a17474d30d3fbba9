/** The certificate for TLS over time: files that are replaced, by a good one and by a bad one. */
import { chmodSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import t, { type Test } from 'tap';
import { openSignals } from '../../src/daemon/signals.js';
import { openTls } from '../../src/daemon/tls-keeper.js';
import { createFakeClock } from '../fake-clock.js';
import { createRecordingLog } from '../health/recording-log.js';
import { makeCertificate, noCertificates as skip } from '../server/tls-certificate.js';

const PERIOD = 5000;

function scene(t: Test) {
  const dir = t.testdir({});
  const config = { certificate: join(dir, 'tls.crt'), key: join(dir, 'tls.key') };
  const write = ({ certificate, key } = makeCertificate(), where = config): string => {
    writeFileSync(where.certificate, certificate);
    writeFileSync(where.key, key);
    chmodSync(where.key, 0o600);
    return certificate;
  };
  const first = write();
  const clock = createFakeClock();
  const log = createRecordingLog();
  const signals = openSignals();
  let changes = 0;
  signals.on('certificateChanged', () => changes++);
  const keeper = openTls(config, { clock, log, signals });
  t.teardown(() => keeper.stop());
  return { dir, config, write, first, clock, log, keeper, changes: () => changes };
}

t.test('without `tls` there is none', async (t) => {
  const clock = createFakeClock();
  const keeper = openTls(undefined, { clock, log: createRecordingLog(), signals: openSignals() });
  t.same([keeper.terms(), keeper.report(), keeper.reload()], [undefined, undefined, []]);
  keeper.stop();
  t.equal(clock.waiting(), 0);
});

t.test('what is replaced is in use within seconds, and said', { skip }, async (t) => {
  const { write, first, clock, log, keeper, changes, config } = scene(t);
  t.match(keeper.terms(), { certificate: first, handshakes: 20 });
  t.match(keeper.report(), { certificate: config.certificate });
  const second = write();
  await clock.advance(3 * PERIOD);
  t.equal(keeper.terms()?.certificate, second);
  t.equal(changes(), 1);
  t.same(log.events(), ['certificate-changed']);
  await clock.advance(10 * PERIOD);
  t.equal(changes(), 1, 'once');
});

t.test('what is wrong changes nothing, and is said until it is right', { skip }, async (t) => {
  const { write, first, clock, log, keeper, changes, config } = scene(t);
  writeFileSync(config.certificate, 'half of it');
  await clock.advance(3 * PERIOD);
  t.equal(keeper.terms()?.certificate, first);
  t.match(keeper.report()?.error, /tls\.crt:1:1: is not a certificate in PEM$/);
  t.match(keeper.reload(), [/is not a certificate in PEM$/], 'a reload says it too');
  t.same(log.events(), ['certificate-wrong', 'certificate-wrong']);
  const second = write();
  t.same(keeper.reload(), []);
  t.equal(keeper.terms()?.certificate, second);
  t.equal(keeper.report()?.error, undefined);
  t.equal(changes(), 1);
  await clock.advance(3 * PERIOD);
  t.equal(changes(), 1, 'what a reload has read is known');
});

t.test('a reload of the same changes nothing', { skip }, async (t) => {
  const { keeper, changes, log } = scene(t);
  t.same(keeper.reload(), []);
  t.same([changes(), log.events()], [0, []]);
});

t.test('another config: looked at first, then followed', { skip }, async (t) => {
  const { dir, config, first, write, keeper, clock, changes } = scene(t);
  const other = { certificate: join(dir, 'other.crt'), key: join(dir, 'other.key'), handshakes: 7 };
  t.throws(() => keeper.prepare(other), { code: 'CONFIG_INVALID' });
  const second = write(makeCertificate(), other);
  const { terms, follow } = keeper.prepare(other);
  t.match(terms, { certificate: second, handshakes: 7 });
  t.equal(keeper.terms()?.certificate, first);
  follow();
  t.equal(keeper.terms()?.certificate, second);
  write(makeCertificate(), config);
  await clock.advance(3 * PERIOD);
  t.equal(changes(), 0, 'the files from before are nobody’s business');

  writeFileSync(other.key, 'x');
  const same = keeper.prepare({ ...other });
  t.equal(same.terms?.certificate, second, 'what stays the same is left to the reload');
  same.follow();
  t.equal(keeper.terms()?.certificate, second);
  keeper.prepare(undefined).follow();
  t.equal(keeper.terms(), undefined);
});
