/**
 * A service as a process of its own, for tests that run it in another network namespace (remote-service.ts). Its argument
 * says where it listens; its log and its requests go over the channel to its parent.
 */
import { systemClock } from '../../src/platform/clock.js';
import type { LogFields } from '../../src/platform/log.js';
import { openService } from '../../src/server/service.js';
import { makeTable } from '../compile/make-table.js';
import type { Command, Wish, Word } from './remote-service.js';

const { zone, ...wish }: Wish = JSON.parse(process.argv[2] ?? '');
const say = (word: Word): void => void process.send?.(word);
const line = ({ event }: LogFields, message: string): void => say({ kind: 'log', event, message });

const service = await openService({
  workers: 1,
  table: makeTable([zone]).table,
  clock: systemClock,
  log: { debug: line, info: line, warn: line, error: line },
  ...wish,
});
process.on('message', (command: Command) => {
  if (command === 'sums') say({ kind: 'sums', sums: service.sums() });
  else void service.stop().then(() => say({ kind: 'stopped' }));
});
// Its parent has ended, or has heard all it wanted: whatever hangs here ends too.
process.on('disconnect', () => process.kill(process.pid, 'SIGKILL'));
say({ kind: 'ready', endpoints: service.endpoints });
