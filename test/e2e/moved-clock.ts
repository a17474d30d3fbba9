/**
 * Loaded into a program before it starts: at SIGUSR2 its wall clock is set by the milliseconds that the file CLOCK_SET
 * says, as somebody would set the clock of its host. Its monotonic clock goes on.
 */
import { readFileSync } from 'node:fs';
import { isMainThread } from 'node:worker_threads';

const real = Date.now;
let ms = 0;
if (isMainThread) {
  process.on('SIGUSR2', () => {
    ms = Number(readFileSync(process.env.CLOCK_SET ?? '', 'utf8'));
  });
  Date.now = () => real() + ms;
}
