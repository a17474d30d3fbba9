/**
 * Work that must not run twice at once. Each caller needs a run that begins after its call: while one run is under way, all
 * callers share the next one.
 */
export function oneAtATime<T>(work: () => Promise<T>): () => Promise<T> {
  let running: Promise<T> | undefined;
  let next: Promise<T> | undefined;
  const start = (): Promise<T> => {
    running = work().finally(() => {
      running = undefined;
    });
    return running;
  };
  return () => {
    if (running === undefined) return start();
    const after = (): Promise<T> => {
      next = undefined;
      return start();
    };
    next ??= running.then(after, after);
    return next;
  };
}
