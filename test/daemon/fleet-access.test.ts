/** What instances are asked with when its files are replaced, by good ones and by bad ones. */
import { rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import t, { type Test } from 'tap';
import { keepAccess } from '../../src/daemon/fleet-access.js';
import { createFakeClock } from '../fake-clock.js';
import { createRecordingLog } from '../health/recording-log.js';
import { makeCertificate, noCertificates as skip } from '../server/tls-certificate.js';

/** A look that sees the change, and the next, at which it has come to rest. */
const SEEN = 10_000;

function scene(t: Test) {
  const dir = t.testdir({ password: 'one\n' });
  const files = {
    passwordFile: join(dir, 'password'),
    certificateFile: join(dir, 'ns1.pem'),
    clientKeyFile: join(dir, 'ns1.key'),
  };
  const write = ({ certificate, key } = makeCertificate()): string => {
    writeFileSync(files.certificateFile, certificate);
    writeFileSync(files.clientKeyFile, key);
    return certificate;
  };
  const first = write();
  const clock = createFakeClock();
  const log = createRecordingLog();
  const access = keepAccess({ username: 'ns1', ...files }, { clock, log });
  t.teardown(() => access.stop());
  return { files, write, first, clock, log, access, shown: () => String(access.current().certificate) };
}

t.test('what is replaced is in use within seconds', { skip }, async (t) => {
  const { files, write, first, clock, log, access, shown } = scene(t);
  t.match(access.current(), { username: 'ns1', password: 'one' });
  t.equal(shown(), first);
  const second = write();
  await clock.advance(SEEN);
  t.equal(shown(), second);
  writeFileSync(files.passwordFile, 'two\n');
  await clock.advance(SEEN);
  t.equal(access.current().password, 'two');
  t.same(log.events(), ['fleet-access-changed', 'fleet-access-changed']);
  t.notMatch(JSON.stringify(log.lines), /two|PRIVATE/);
});

t.test('what is wrong changes nothing, and is said', { skip }, async (t) => {
  const { files, write, first, clock, log, shown } = scene(t);
  writeFileSync(files.clientKeyFile, makeCertificate().key);
  await clock.advance(SEEN);
  t.equal(shown(), first);
  t.match(log.lines, [
    { event: 'fleet-access-wrong', fault: /ns1\.key: is not the key of "certificate_file"$/ },
  ]);
  rmSync(files.passwordFile);
  await clock.advance(SEEN);
  t.equal(log.events().length, 2);
  writeFileSync(files.passwordFile, 'one\n');
  const second = write();
  await clock.advance(SEEN);
  t.equal(shown(), second);
});

t.test('what says the same is not worth a word', { skip }, async (t) => {
  const { files, clock, log } = scene(t);
  writeFileSync(files.passwordFile, 'one\n\n');
  await clock.advance(SEEN);
  t.same(log.events(), []);
});

t.test('no file, no access; and nobody looks when it has stopped', async (t) => {
  const clock = createFakeClock();
  const access = keepAccess({}, { clock, log: createRecordingLog() });
  t.same(access.current(), {});
  access.stop();
  t.equal(clock.waiting(), 0);
});
