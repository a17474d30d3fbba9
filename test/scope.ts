/** What ends with a test, for what is started by tests and by programs that are none. */
import type { Test } from 'tap';

export type Scope = Pick<Test, 'teardown'>;

/** A scope that ends when it is closed: what came last ends first. */
export function openScope(): Scope & { close(): Promise<void> } {
  const endings: (() => unknown)[] = [];
  return {
    teardown: (ending) => void endings.push(ending),
    async close() {
      for (let ending = endings.pop(); ending !== undefined; ending = endings.pop()) await ending();
    },
  };
}
