/**
 * Passes a message to a command: as JSON on its standard input, with the parts that scripts need most in its environment. No
 * shell is involved.
 */
import { spawn } from 'node:child_process';
import { describeError } from '../platform/errors.js';
import type { Message } from './notice.js';

const TIMEOUT_MS = 30_000;
/** How much of a command's error output is kept, in characters. */
const LONGEST_ERROR = 200;

/** Resolves if it exits with 0; rejects if it can't be started, ends otherwise, or takes longer than `timeout` ms. */
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
    child.once('error', (error) => reject(new Error(`${command} can't be started: ${describeError(error)}`)));
    // Not started: if no pipe could be made, it does not even have streams.
    if (child.pid === undefined) return;
    let failure = '';
    let late = false;
    const timer = setTimeout(() => {
      late = true;
      child.kill('SIGKILL');
    }, timeout);
    child.stderr.setEncoding('utf8').on('data', (text: string) => {
      failure = (failure + text).slice(-LONGEST_ERROR);
    });
    // A command that ends without reading its input has not failed for that reason.
    child.stdin.on('error', () => undefined);
    // Waits for the command itself, not for children that may keep its output open.
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
