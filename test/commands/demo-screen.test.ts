import t from 'tap';
import { eventLog } from '../../src/commands/demo-screen.js';

t.test('of the log, only what a person at the demo wants to know is said', async (t) => {
  const said: string[] = [];
  const log = eventLog((text) => said.push(text));
  log.debug({ event: 'verdict-changed', from: 'up', to: 'down' }, 'debug');
  log.info({ event: 'serving' }, 'serving');
  log.info({ event: 'verdict-changed', from: 'unknown', to: 'up' }, 'first');
  t.same(said, []);
  log.info({ event: 'verdict-changed', from: 'down', to: 'up' }, 'dune is up');
  log.info({ event: 'mirror-disabled' }, 'dune is disabled');
  log.warn({ event: 'verdict-changed', from: 'up', to: 'down' }, 'dune is down');
  log.error({ event: 'panic' }, 'panic');
  t.same(
    said.map((text) => text.replace(/^\d{2}:\d{2}:\d{2} /, '')),
    ['dune is up', 'dune is disabled', 'dune is down', 'panic'],
  );
});
