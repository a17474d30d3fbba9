/** What a fleet leaves on the disk: files of today are read by every later version, and those of a later one are set aside. */
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import t, { type Test } from 'tap';
import { CHALLENGES } from '../../src/daemon/challenges-file.js';
import { JOINT_VERDICTS, SHARED_CHALLENGES, SHARED_OVERRIDES } from '../../src/daemon/fleet-files.js';
import { OVERRIDES } from '../../src/health/overrides-file.js';
import { createStateFiles } from '../../src/state/state-files.js';
import { formatState, type StateKind } from '../../src/state/state-kind.js';
import { createFakeClock } from '../fake-clock.js';
import { createRecordingLog } from '../health/recording-log.js';

const NAME = '_acme-challenge.dl.example.org';
const zone = 'dl.example.org';
const [at, until] = [1_767_225_600_000, 1_767_229_200_000];

/** A kind, its file as it was written when that version was new, and what it says. */
interface Fixture<Entry extends object> {
  readonly kind: StateKind<Entry>;
  readonly text: string;
  readonly entries: readonly Entry[];
}

async function holds<Entry extends object>(t: Test, { kind, text, entries }: Fixture<Entry>): Promise<void> {
  const filesIn = (directory: string) =>
    createStateFiles({ directory, clock: createFakeClock(), log: createRecordingLog() });
  await t.test(`${kind.name}: what is there is read, and written again as it was`, async (t) => {
    const files = filesIn(t.testdir({ [kind.name]: text }));
    t.same(await files.read(kind), entries);
    t.same(files.problems(), []);
    t.equal(formatState(kind, entries), text);
  });
  await t.test(`${kind.name}: one of a newer version is set aside`, async (t) => {
    const newer = formatState({ ...kind, version: kind.version + 1 }, entries);
    const files = filesIn(t.testdir({ [kind.name]: newer }));
    t.same(await files.read(kind), []);
    t.match(files.problems(), [new RegExp(`it is of version ${kind.version + 1}, this program writes`)]);
    t.equal(readFileSync(join(files.directory, `${kind.name}.bad`), 'utf8'), newer);
  });
  await t.test(`${kind.name}: what a later version says besides costs nothing`, async (t) => {
    const more = entries.map((entry) => ({ ...entry, added: 'by a later version' }));
    const files = filesIn(t.testdir({ [kind.name]: formatState(kind, more) }));
    const read = await files.read(kind);
    t.equal(read.length, entries.length);
    t.same(read, entries);
  });
}

t.test('files of the fleet', async (t) => {
  await holds(t, {
    kind: JOINT_VERDICTS,
    text: `{"version":2,"verdicts":[
{"sum":"f0dae3e2","key":"dl.example.org dl.example.org 192.0.2.10","verdict":"down","since":1767225600000}
]}
`,
    entries: [{ key: 'dl.example.org dl.example.org 192.0.2.10', verdict: 'down', since: at }],
  });
  await holds(t, {
    kind: SHARED_OVERRIDES,
    text: `{"version":2,"overrides":[
{"sum":"f7b4ed91","stamp":[1767225600000,1],"member":"ns1.example.org","zone":"dl.example.org","mirror":"aurora","said":{"reason":"disk full","since":1767225600000,"until":1767229200000,"by":"alice","force":true}},
{"sum":"dc6ca629","stamp":[1767225600005,0],"member":"ns2.example.net","zone":"dl.example.org","mirror":"boreas"}
]}
`,
    entries: [
      {
        ...{ stamp: [at, 1], member: 'ns1.example.org', zone, mirror: 'aurora' },
        said: { reason: 'disk full', since: at, until, by: 'alice', force: true },
      },
      { stamp: [at + 5, 0], member: 'ns2.example.net', zone, mirror: 'boreas' },
    ],
  });
  await holds(t, {
    kind: SHARED_CHALLENGES,
    text: `{"version":2,"challenges":[
{"sum":"2e70b3c3","stamp":[1767225600000,0],"member":"ns1.example.org","name":"_acme-challenge.dl.example.org","token":"one","said":{"since":1767225600000,"until":1767229200000,"by":"alice"}},
{"sum":"74840b9a","stamp":[1767225600005,0],"member":"ns2.example.net","name":"_acme-challenge.dl.example.org","token":"two"}
]}
`,
    entries: [
      {
        ...{ stamp: [at, 0], member: 'ns1.example.org', name: NAME, token: 'one' },
        said: { since: at, until, by: 'alice' },
      },
      { stamp: [at + 5, 0], member: 'ns2.example.net', name: NAME, token: 'two' },
    ],
  });
});

t.test('files from before there were fleets are read', async (t) => {
  const override = { zone, mirror: 'aurora', reason: 'disk full', since: at, by: 'alice' };
  const challenge = { name: NAME, token: 'one', since: at, until };
  const files = createStateFiles({
    ...{ clock: createFakeClock(), log: createRecordingLog() },
    directory: t.testdir({
      [OVERRIDES.name]: `{"version":2,"overrides":[
{"sum":"9046a30e","zone":"dl.example.org","mirror":"aurora","reason":"disk full","since":1767225600000,"by":"alice"}
]}
`,
      [CHALLENGES.name]: `{"version":2,"challenges":[
{"sum":"56c10113","name":"_acme-challenge.dl.example.org","token":"one","since":1767225600000,"until":1767229200000}
]}
`,
    }),
  });
  t.same(await files.read(OVERRIDES), [override]);
  t.same(await files.read(CHALLENGES), [challenge]);
  t.same(files.problems(), []);
});
