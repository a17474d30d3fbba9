/**
 * Loaded into a program before it starts: its wall clock is away from the right time by the milliseconds that the file
 * CLOCK says, and set anew at SIGUSR2, as somebody would set the clock of its host; that of its threads is as it was when
 * they began. Its monotonic clock goes on.
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
