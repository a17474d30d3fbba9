/**
 * Two network namespaces and a cable between them, for what loopback does not have: neighbours, a small interface, addresses
 * that come and go. They are gone when the test ends.
 */
import { spawnSync } from 'node:child_process';
import { closeSync, openSync } from 'node:fs';
import type { Scope } from './scope.js';

export interface Cable {
  /** The names of the namespaces, in each of which the interface is called `cable`. */
  readonly inside: string;
  readonly outside: string;
}

/** Runs `ip`; gives whether it did what it was told. */
export function ip(...args: string[]): boolean {
  return spawnSync('ip', args, { stdio: 'ignore' }).status === 0;
}

/** Lays a cable between addresses such as 10.77.0.1/24; why not, where that can't be. */
export function layCable(
  t: Scope,
  {
    inside: own,
    outside: others,
  }: { readonly inside: readonly string[]; readonly outside: readonly string[] },
): Cable | { readonly unavailable: string } {
  const inside = `gp-a-${process.pid}`;
  const outside = `gp-b-${process.pid}`;
  t.teardown(() => {
    ip('netns', 'del', inside);
    ip('netns', 'del', outside);
  });
  if (!ip('netns', 'add', inside) || !ip('netns', 'add', outside)) {
    return {
      unavailable: 'network namespaces are not permitted here, or ip is missing: apt-get install iproute2',
    };
  }
  const laid =
    ip('-n', inside, 'link', 'add', 'cable', 'type', 'veth', 'peer', 'name', 'cable', 'netns', outside) &&
    own.every((address) => addAddress(inside, address)) &&
    others.every((address) => addAddress(outside, address)) &&
    [inside, outside].every((name) =>
      ['lo', 'cable'].every((link) => ip('-n', name, 'link', 'set', link, 'up')),
    );
  return laid ? { inside, outside } : { unavailable: 'no virtual cable can be laid here' };
}

/** Gives the cable's end in a namespace one more address. */
export function addAddress(namespace: string, address: string): boolean {
  // Nobody else is there who could have it.
  const verified = address.includes(':') ? ['nodad'] : [];
  return ip('-n', namespace, 'addr', 'add', address, 'dev', 'cable', ...verified);
}

const CLONE_NEWNET = 0x4000_0000;

/** Moves this thread into a namespace: the sockets that it opens from now on are there. Why not, where that can't be. */
export async function enter(namespace: string): Promise<{ readonly unavailable: string } | undefined> {
  const koffi = await import('koffi').then(
    (module) => module.default,
    () => undefined,
  );
  if (koffi === undefined) return { unavailable: 'koffi can’t be loaded' };
  const setns = koffi.load(null).func('setns', 'int', ['int', 'int']);
  const fd = openSync(`/run/netns/${namespace}`, 'r');
  const entered: number = setns(fd, CLONE_NEWNET);
  closeSync(fd);
  return entered === 0
    ? undefined
    : { unavailable: `the namespace can’t be entered: errno ${koffi.errno()}` };
}
