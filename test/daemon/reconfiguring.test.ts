import t from 'tap';
import { FIXED, openReconfiguring, type Reconfigurable } from '../../src/daemon/reconfiguring.js';
import { daemonSettings } from '../../src/daemon/settings.js';
import { GeopoolError } from '../../src/platform/errors.js';
import { applyEnvironment } from '../../src/zone/config-environment.js';
import { parseServerConfig } from '../../src/zone/server-config.js';
import { createRecordingLog } from '../health/recording-log.js';

const settings = (text: string) =>
  daemonSettings(applyEnvironment(parseServerConfig(text, 'geopool.yaml'), {}, () => ''));

/** A phase that tells what it does, and refuses chaos.id "no". */
function phase(name: string, done: string[]): Reconfigurable {
  return {
    prepare({ answering }) {
      if (answering.chaos.id === 'no')
        throw new GeopoolError('CONFIG_INVALID', `${name} says no`, { details: ['x'] });
      done.push(`${name} looks`);
      return async () => void done.push(`${name} follows`);
    },
  };
}

t.test('all phases look before the first one follows', async (t) => {
  const done: string[] = [];
  let text = 'workers: 2';
  const log = createRecordingLog();
  const phases = [phase('a', done), phase('b', done)];
  const reconfigure = openReconfiguring(settings(text), () => settings(text), phases, FIXED, log);
  t.same(await reconfigure(), { restart: [] });
  t.same(done, ['a looks', 'b looks', 'a follows', 'b follows']);

  await t.test('where one refuses, or the file is wrong, none follows', async (t) => {
    done.length = 0;
    text = 'chaos: { id: "no" }';
    t.same(await reconfigure(), { faults: ['x', 'a says no'] });
    text = 'wrkers: 2';
    t.match(await reconfigure(), {
      faults: [/^geopool\.yaml:1:1: unknown key "wrkers"/, 'geopool.yaml is wrong: 1 fault'],
    });
    t.same(done, []);
  });

  await t.test('what waits for a restart is named each time, and logged when it is new', async (t) => {
    text = 'workers: 3\nzones: other\nlisten: 127.0.0.1:1';
    for (let i = 0; i < 2; i++) t.same(await reconfigure(), { restart: ['zones', 'workers'] });
    text = 'workers: 2';
    t.same(await reconfigure(), { restart: [] });
    t.match(log.lines, {
      0: { event: 'restart-needed', keys: ['zones', 'workers'] },
      length: 1,
    });
  });
});
