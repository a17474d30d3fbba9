/**
 * Loaded into a program before it starts. Its wall clock differs from the right time by the milliseconds in the file CLOCK,
 * which is read again at SIGUSR2, as if the host's clock were set. The clocks of other threads stay as they were when the
 * threads began. The monotonic clock is unchanged.
 */
import { readFileSync } from 'node:fs';
import { isMainThread } from 'node:worker_threads';

const real = Date.now;
let ms = 0;
const set = (): void => {
  ms = Number(readFileSync(process.env.CLOCK ?? '', 'utf8'));
};
set();
if (isMainThread) process.on('SIGUSR2', set);
Date.now = () => real() + ms;
