import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import t from 'tap';
import { unsignedEarly } from '../../src/commands/unsigned-early.js';
import { SIGNED_ZONES } from '../../src/daemon/signed-zones-file.js';
import { formatState } from '../../src/state/state-kind.js';
import { soundZone, zoneText } from '../zone/zone-text.js';

const NOW = Date.UTC(2026, 0, 2);
const HOUR = 3_600_000;

t.test('by what the server remembers', async (t) => {
  const state = t.testdir();
  const zone = soundZone(zoneText());
  const loaded = { zone, text: '', file: 'z.yaml' };
  const said = () =>
    unsignedEarly([loaded], state, NOW).map(({ file, code, message }) => `${file} ${code} ${message}`);
  const remember = (withdrawn?: number) =>
    writeFileSync(
      join(state, 'signed.json'),
      formatState(SIGNED_ZONES, [
        { zone: zone.name, dsTtl: HOUR, ...(withdrawn !== undefined && { withdrawn }) },
      ]),
    );
  t.same(said(), [], 'it remembers nothing');
  remember();
  t.match(said(), [
    /^z\.yaml unsigned-early dl\.example\.org was served signed, and .* until 2026-01-02T01:00:00\.000Z/,
  ]);
  const dnssec = { key: '/k' };
  t.same(unsignedEarly([{ ...loaded, zone: { ...zone, dnssec } }], state, NOW), [], 'it stays signed');
  remember(NOW - HOUR);
  t.same(said(), [], 'the parent was asked long ago');
  writeFileSync(join(state, 'signed.json'), 'x');
  t.same(said(), []);
});
