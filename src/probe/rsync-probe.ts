/**
 * Asks an rsync daemon for its greeting and then, with `#list`, for the names of its modules. It fetches no files. The
 * protocol is line-based until a transfer begins (rsync's clientserver.c).
 */
import type { Address } from '../ip/address.js';
import type { RsyncProbe } from '../zone/probe-forms.js';
import { closeConnection, openConnection } from './connection.js';
import { ANSWER_TRUNCATED, type ProbeFailure, quoted } from './probe-error.js';
import type { Trace } from './trace.js';

/** A greeting, a message of the day and a list of modules together are shorter than this. */
const MAX_OCTETS = 65_536;

/** Our greeting: the first protocol version with this kind of greeting, which every daemon since 2007 knows. */
const GREETING = '@RSYNCD: 30.0\n#list\n';

/** What is wrong with the daemon's answer, or undefined. Rejects if there is none, as `openConnection` does. */
export function tryRsync(
  address: Address,
  { port, module }: RsyncProbe,
  signal: AbortSignal,
  trace: Trace,
): Promise<ProbeFailure | undefined> {
  return new Promise((resolve, reject) => {
    let settled = false;
    let text = '';
    let octets = 0;
    let greeted = false;
    const modules = new Set<string>();

    const socket = openConnection({ address, port }, trace, (error) => {
      if (error !== null) return fail(error);
      trace.phase('waiting for the greeting');
    });
    socket.on('data', (part) => {
      octets += part.length;
      const lines = (text + part.toString('latin1')).split('\n');
      text = lines.pop() ?? '';
      for (const line of lines) {
        if (greeted) readListed(line);
        else readGreeting(line);
        if (settled) return;
      }
      if (!greeted && !'@RSYNCD: '.startsWith(text.slice(0, 9))) return done(noDaemon());
      if (octets > MAX_OCTETS) done({ error: 'its list of modules has no end' });
    });
    socket.once('close', () => {
      if (!greeted) return fail(closeConnection());
      fail(
        Object.assign(new Error('connection closed in the middle of the list of modules'), {
          code: ANSWER_TRUNCATED,
        }),
      );
    });
    socket.on('error', fail);
    signal.addEventListener('abort', giveUp, { once: true });

    function readGreeting(line: string): void {
      const [, version] = /^@RSYNCD: (\d+(?:\.\d+)?)/.exec(line) ?? [];
      if (version === undefined) {
        done(noDaemon());
        return;
      }
      greeted = true;
      trace.step('greeting', () => `rsync daemon, protocol ${version}`);
      trace.phase('reading the modules');
      if (module === undefined) done(undefined);
      else socket.write(GREETING);
    }

    /** `name`, blanks up to column 15, a tab, a comment. Lines without a tab belong to the message of the day. */
    function readListed(line: string): void {
      const [name, comment] = line.split('\t', 2);
      if (line.startsWith('@ERROR')) {
        done({ error: `the rsync daemon refuses: ${quoted(line.replace(/^@ERROR:? ?/, ''))}` });
      } else if (line.startsWith('@RSYNCD: EXIT')) {
        trace.step('modules', () => `${modules.size} listed`);
        trace.step(
          'compare',
          () => `expected module ${module ?? ''} among ${quoted([...modules].join(', '))}`,
        );
        const listed = module === undefined || modules.has(module);
        done(listed ? undefined : { error: `the rsync daemon does not list the module ${module}` });
      } else if (comment !== undefined && name !== undefined) {
        modules.add(Buffer.from(name.trimEnd(), 'latin1').toString('utf8'));
      }
    }

    function settle(): boolean {
      if (settled) return false;
      settled = true;
      signal.removeEventListener('abort', giveUp);
      socket.destroy();
      return true;
    }
    function done(failure: ProbeFailure | undefined): void {
      if (settle()) resolve(failure);
    }
    function fail(error: unknown): void {
      if (settle()) reject(error);
    }
    function giveUp(): void {
      fail(signal.reason);
    }
  });
}

function noDaemon(): ProbeFailure {
  return { error: 'no greeting of an rsync daemon' };
}
