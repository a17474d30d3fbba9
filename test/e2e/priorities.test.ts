/** The priorities of a running server's threads: all other threads have a lower one than those that answer. */
import { readdirSync, readFileSync } from 'node:fs';
import { getPriority } from 'node:os';
import t from 'tap';
import { LOW_PRIORITY } from '../../src/platform/thread-priority.js';
import { until } from './program.js';
import { startServer } from './server.js';

const ZONE = `zone: dl.example.org
ns: [ns1.example.net]
pools: { "@": { probe: { type: none } } }
mirrors:
  one: { addresses: [192.0.2.1] }
`;

/** The nice values of a process' threads: proc(5), the 19th field of their stat. */
function niceValues(pid: number): number[] {
  return readdirSync(`/proc/${pid}/task`).flatMap((thread) => {
    try {
      const stat = readFileSync(`/proc/${pid}/task/${thread}/stat`, 'utf8');
      return [Number(stat.slice(stat.lastIndexOf(')') + 2).split(' ')[16])];
    } catch {
      // It ended meanwhile.
      return [];
    }
  });
}

const elsewhere = process.platform !== 'linux' && 'threads have no nice value of their own here';
const own = getPriority();
const behind = own >= LOW_PRIORITY && 'this process stands back itself';

t.test('two workers answer, the rest stands back', { skip: elsewhere || behind }, async (t) => {
  const server = await startServer(t, {
    zones: { 'z.yaml': ZONE },
    config: 'geo: { city: city.mmdb }\nworkers: 2\n',
  });
  const forward = (): number => niceValues(server.pid).filter((nice) => nice < LOW_PRIORITY).length;
  const { length } = niceValues(server.pid);
  const answering = forward();
  // UDP twice, TCP, and V8's threads.
  t.ok(answering >= 3 + 4, 'those that answer');
  t.ok(length > answering, 'and others: the main thread');
  t.equal(niceValues(server.pid).filter((nice) => nice === own).length, answering, 'as equals');
  t.equal(getPriority(server.pid), LOW_PRIORITY);

  await server.request('POST', '/reload', '{}');
  // The builder that it took may still be ending.
  await until(
    async () => (niceValues(server.pid).length <= length ? true : undefined),
    'the end of the builder',
  );
  t.equal(forward(), answering, 'a reload brings nobody forward');
});
