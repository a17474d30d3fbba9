/**
 * A message to a command: as JSON on its standard input, the few things that scripts want most in its environment. No
 * shell is in between.
 */
import { spawn } from 'node:child_process';
import { describeError } from '../platform/errors.js';
import type { Message } from './notice.js';

const TIMEOUT_MS = 30_000;
/** What of a command's error output is kept. */
const LONGEST_ERROR = 200;

/** Resolves when it ends with 0; rejects where it can't be started, ends otherwise, or takes longer than `timeout` ms. */
export function runCommand(
  [command = '', ...args]: readonly string[],
  message: Message,
  timeout = TIMEOUT_MS,
): Promise<void> {
  return new Promise((resolve, reject) => {
    const child = spawn(command, args, {
      stdio: ['pipe', 'ignore', 'pipe'],
      env: {
        PATH: process.env.PATH ?? '',
        HOME: process.env.HOME ?? '/',
        GEOPOOL_EVENT: message.events[0]?.event ?? '',
        GEOPOOL_EVENTS: String(message.events.length),
        GEOPOOL_TEXT: message.text,
      },
    });
    let failure = '';
    let late = false;
    const timer = setTimeout(() => {
      late = true;
      child.kill('SIGKILL');
    }, timeout);
    child.stderr.setEncoding('utf8').on('data', (text: string) => {
      failure = (failure + text).slice(-LONGEST_ERROR);
    });
    // One that does not read its input and ends is no error for that.
    child.stdin.on('error', () => undefined);
    child.once('error', (error) => {
      clearTimeout(timer);
      reject(new Error(`${command} can't be started: ${describeError(error)}`));
    });
    // Its own end, not that of what it may have left behind with its output open.
    child.once('exit', (code, signal) => {
      clearTimeout(timer);
      child.stderr.destroy();
      if (code === 0) return resolve();
      const how = late ? `took longer than ${timeout / 1000} s` : `ended with ${code ?? signal}`;
      const said = failure.trim().split('\n').at(-1) ?? '';
      reject(new Error(`${command} ${how}${said === '' ? '' : `: ${said}`}`));
    });
    child.stdin.end(`${JSON.stringify(message)}\n`);
  });
}
