/**
 * Loaded into a server with --import: how long its main thread's event loop is kept from running. The first SIGUSR2
 * starts the watch, the next one ends it and writes the longest delay, in milliseconds, into the file that
 * BENCH_LOOP_DELAY names; and so on.
 */
import { writeFileSync } from 'node:fs';
import { monitorEventLoopDelay } from 'node:perf_hooks';
import { isMainThread } from 'node:worker_threads';

/** Milliseconds between two looks: it is part of what is measured, and taken off again. */
const RESOLUTION = 1;

const path = process.env.BENCH_LOOP_DELAY;
if (isMainThread && path !== undefined) {
  const histogram = monitorEventLoopDelay({ resolution: RESOLUTION });
  let watching = false;
  process.on('SIGUSR2', () => {
    watching = !watching;
    if (watching) {
      histogram.reset();
      histogram.enable();
      return;
    }
    histogram.disable();
    writeFileSync(path, String(Math.max(0, histogram.max / 1e6 - RESOLUTION)));
  });
}
