/** The demo as a person has it: the real program, typed at, asked from outside, and nothing left of it at the end. */
import { type ChildProcess, spawn } from 'node:child_process';
import { createSocket } from 'node:dgram';
import { once } from 'node:events';
import { existsSync } from 'node:fs';
import { dirname } from 'node:path';
import { fileURLToPath } from 'node:url';
import t, { type Test } from 'tap';
import { openClient } from '../../src/commands/demo-client.js';

const MAIN = fileURLToPath(new URL('../../src/main.js', import.meta.url));
const US = '12.0.0.0';
const DUNE = '127.0.0.14';

interface Demo {
  readonly child: ChildProcess;
  type(line: string): void;
  /** The first match from `from` on, by default in what comes after the call; waits for it. */
  read(wanted: RegExp, from?: number): Promise<RegExpExecArray>;
  written(): string;
}

function startDemo(t: Test, ...args: string[]): Demo {
  const child = spawn(process.execPath, [MAIN, 'demo', ...args]);
  t.teardown(() => child.kill('SIGKILL'));
  let text = '';
  const waiting: (() => void)[] = [];
  const wake = (): void => {
    for (const look of waiting.splice(0)) look();
  };
  child.once('close', wake);
  for (const stream of [child.stdout, child.stderr]) {
    stream.setEncoding('utf8').on('data', (chunk: string) => {
      text += chunk;
      wake();
    });
  }
  return {
    child,
    type: (line) => child.stdin.write(`${line}\n`),
    written: () => text,
    async read(wanted, from = text.length) {
      for (;;) {
        const found = wanted.exec(text.slice(from));
        if (found !== null) return found;
        if (child.exitCode !== null) throw new Error(`it ended without ${wanted}:\n${text}`);
        await new Promise<void>((resolve) => waiting.push(resolve));
      }
    },
  };
}

t.test('a mirror that is taken down leaves the answers, and comes back', async (t) => {
  const demo = startDemo(t, '--port', '0');
  const [, port] = await demo.read(/answers for dl\.demo\.example on 127\.0\.0\.1:(\d+)/, 0);
  const [, control = ''] = await demo.read(/status --control (\S+)/, 0);
  const [, page = ''] = await demo.read(/In a browser +(http:\/\/127\.0\.0\.1:\d+\/)/, 0);
  t.match(await (await fetch(page)).text(), /dl\.demo\.example/, 'its own page, wherever it is');
  await demo.read(/help, quit/, 0);
  const client = await openClient({ host: '127.0.0.1', port: Number(port) }, 'dl.demo.example');
  t.teardown(() => client.close());
  const answered = async (queries: number): Promise<Set<string>> => {
    const addresses = new Set<string>();
    for (let i = 0; i < queries; i++) for (const address of await client.ask(US)) addresses.add(address);
    return addresses;
  };
  /** Verdicts are published within 50 ms; asking goes on until that is through. */
  const until = async (good: (addresses: Set<string>) => boolean): Promise<void> => {
    while (!good(await answered(20)));
  };

  t.ok((await answered(20)).has(DUNE), 'it is there to begin with');
  demo.type('down dune');
  await demo.read(/\d{2}:\d{2}:\d{2} dune \(127\.0\.0\.14\) is down: connection refused/);
  await until((addresses) => !addresses.has(DUNE));
  t.notOk((await answered(300)).has(DUNE), 'it left the answers for good');

  demo.type('up dune');
  await demo.read(/\d{2}:\d{2}:\d{2} dune \(127\.0\.0\.14\) is up/);
  await until((addresses) => addresses.has(DUNE));

  const before = demo.written().length;
  demo.type('hang fuji');
  demo.type('503 aurora');
  await Promise.all([
    demo.read(/fuji \(127\.0\.0\.16\) is down: no answer within 1s/, before),
    demo.read(/aurora \(127\.0\.0\.11\) is down: 503 Service Unavailable/, before),
  ]);
  demo.type('status');
  t.match((await demo.read(/aurora +127\.0\.0\.11 +(\w+)/))[1], 'down');
  demo.type('who');
  await demo.read(/^boreas +Amsterdam, NL +300 /m);
  demo.type('dig us');
  await demo.read(/United States gets 127\.0\.0\.1[34] \(\w+\) and 127\.0\.0\.1[34] \(\w+\)/);
  demo.type('down nobody');
  await demo.read(/which one\? There are aurora, boreas/);
  demo.type('dig atlantis');
  await demo.read(/which country\? There are DE, US, JP, BR/);
  demo.type('constructor');
  await demo.read(/"constructor" is not a command; help lists them/);

  t.ok(existsSync(control));
  demo.type('quit');
  const [code] = await once(demo.child, 'close');
  t.equal(code, 0);
  t.notOk(existsSync(dirname(control)), 'nothing is left of it');
});

t.test('it ends with its input, and does first what that says', async (t) => {
  const demo = startDemo(t, '--port', '0');
  demo.child.stdin?.end('dig us\n');
  const [code] = await once(demo.child, 'close');
  t.equal(code, 0);
  t.match(demo.written(), /United States gets 127\.0\.0\.1/);
  const [, control = ''] = await demo.read(/status --control (\S+)/, 0);
  t.notOk(existsSync(dirname(control)), 'nothing is left of it');
});

t.test('a signal ends it, and so does a reader who goes', async (t) => {
  const told = startDemo(t, '--port', '0');
  await told.read(/help, quit/, 0);
  told.child.kill('SIGTERM');
  t.equal((await once(told.child, 'close'))[0], 0);

  const left = startDemo(t, '--port', '0');
  await left.read(/help, quit/, 0);
  left.child.stdout?.destroy();
  left.type('who');
  t.equal((await once(left.child, 'exit'))[0], 0);
  t.equal(left.written().includes('EPIPE'), false);
});

t.test('a port that is taken, and one that is none', async (t) => {
  const squatter = createSocket('udp4').bind(0, '127.0.0.1');
  await once(squatter, 'listening');
  t.teardown(() => squatter.close());
  const taken = startDemo(t, '--port', String(squatter.address().port));
  t.same(await once(taken.child, 'close'), [1, null]);
  t.match(taken.written(), /name another with --port\n$/);
  const wrong = startDemo(t, '--port', 'dns');
  t.same(await once(wrong.child, 'close'), [2, null]);
  t.equal(wrong.written(), 'geopool: --port dns: expected a number, 0 to 65535\n');
});
