/** A service in another network namespace: a process (service-program.ts), and the requests that a test can send it. */
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { fileURLToPath } from 'node:url';
import type { Test } from 'tap';
import type { Endpoint } from '../../src/server/endpoint.js';
import type { Sums } from '../../src/server/sums.js';
import { until, within } from '../e2e/program.js';

const PROGRAM = fileURLToPath(new URL('./service-program.js', import.meta.url));

/** What it is to be. One worker for each UDP endpoint. */
export interface Wish {
  readonly listen: readonly Endpoint[];
  readonly batched: boolean;
  /** A zone file. */
  readonly zone: string;
}

export type Command = 'sums' | 'stop';

export type Word =
  | { readonly kind: 'ready'; readonly endpoints: readonly Endpoint[] }
  | { readonly kind: 'log'; readonly event: string; readonly message: string }
  | { readonly kind: 'sums'; readonly sums: Sums }
  | { readonly kind: 'stopped' };

export interface RemoteService {
  readonly endpoints: readonly Endpoint[];
  /** Resolves with the messages of an event as soon as there are so many. */
  logged(event: string, count: number): Promise<string[]>;
  sums(): Promise<Sums>;
  stop(): Promise<void>;
}

/** Opens a service in a namespace; it is gone when the test ends. */
export async function openIn(t: Test, namespace: string, wish: Wish): Promise<RemoteService> {
  const args = ['netns', 'exec', namespace, process.execPath, PROGRAM, JSON.stringify(wish)];
  const child = spawn('ip', args, { stdio: ['ignore', 'inherit', 'inherit', 'ipc'] });
  t.teardown(async () => {
    if (child.exitCode !== null || child.signalCode !== null) return;
    const exited = once(child, 'exit');
    child.kill('SIGKILL');
    await exited;
  });
  const words: Word[] = [];
  child.on('message', (word: Word) => void words.push(word));
  /** The next word of a kind, from number `from` on. */
  const hear = <K extends Word['kind']>(kind: K, from = 0): Promise<Extract<Word, { kind: K }>> =>
    until(() => {
      if (child.exitCode !== null) throw new Error(`the service ended with ${child.exitCode}`);
      return words.slice(from).find((word): word is Extract<Word, { kind: K }> => word.kind === kind);
    }, kind);
  const ask = <K extends Word['kind']>(command: Command, kind: K): Promise<Extract<Word, { kind: K }>> => {
    const from = words.length;
    child.send(command);
    return hear(kind, from);
  };
  const log = (): Extract<Word, { kind: 'log' }>[] => words.filter((word) => word.kind === 'log');
  const { endpoints } = await hear('ready');
  return {
    endpoints,
    logged: (event, count) =>
      until(() => {
        const messages = log().flatMap((line) => (line.event === event ? [line.message] : []));
        return messages.length >= count ? messages : undefined;
      }, `${count} times the event ${event}`),
    sums: async () => (await ask('sums', 'sums')).sums,
    stop: async () => {
      const exited = once(child, 'exit');
      await ask('stop', 'stopped');
      child.disconnect();
      await within(exited, 'the end of the service');
    },
  };
}
