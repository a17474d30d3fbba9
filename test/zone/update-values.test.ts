import { schedule as start } from 'node-cron';
import t from 'tap';
import { isTextFault } from '../../src/zone/text-fault.js';
import { readAccountId, readEdition, readSchedule, readUpdateHost } from '../../src/zone/update-values.js';

t.test('a schedule is good where it will come, and then it can be started', async (t) => {
  for (const text of [
    '23 4 * * *',
    ' 5  4 * * MON',
    '*/10 * * * *',
    '0 0 29 2 *',
    '0 0 31 2,3 *',
    '0 22-2 * * 0,7',
  ]) {
    const read = readSchedule(text);
    if (isTextFault(read)) {
      t.fail(read.fault);
      continue;
    }
    const task = start(read, () => undefined, { unref: true });
    t.ok(task.getNextRun(), text);
    await task.destroy();
  }
  const never: Readonly<Record<string, RegExp>> = {
    '0 24 * * *': /for "24"; expected five fields/,
    '0 0 31 2 *': /not a schedule that ever comes, for "31"/,
    '60 0 0 13 8': /for "60", "0", "13", "8"/,
    '0 0 31 4,6 1': /ever comes/,
    '5/10 * * * *': /ever comes/,
    daily: /expected five fields/,
    '* * * *': /expected five fields/,
    '30 0 4 * * *': /expected five fields/,
    '': /expected five fields/,
  };
  for (const [text, fault] of Object.entries(never)) t.match(readSchedule(text), { fault }, text);
});

t.test('an account is a number, and not the one of the old sample', async (t) => {
  t.equal(readAccountId('42'), '42');
  for (const text of ['', '0', 'me', '1e3', '-1', '1'.repeat(17), '999999'])
    t.ok(isTextFault(readAccountId(text)), text);
});

t.test('an edition can leave neither the directory nor the URL', async (t) => {
  t.equal(readEdition('GeoLite2-City'), 'GeoLite2-City');
  for (const text of ['../x', 'a/b', '', 'a b', 'a.mmdb', 'a?b', 'GeoLite2-City\n', 'é']) {
    t.ok(isTextFault(readEdition(text)), JSON.stringify(text));
  }
});

t.test('a host is a URL or a bare name, and has nobody in it', async (t) => {
  t.equal(readUpdateHost('updates.example.org'), 'https://updates.example.org');
  t.equal(readUpdateHost('updates.example.org:8443'), 'https://updates.example.org:8443');
  t.equal(readUpdateHost('https://updates.example.org/mirror//'), 'https://updates.example.org/mirror');
  t.equal(readUpdateHost('http://127.0.0.1:8080'), 'http://127.0.0.1:8080');
  const wrong = [
    '',
    'ftp://x',
    'https://u:s3cret@x',
    'https://:s3cret@x',
    'u@x',
    'https://x?y',
    'https://x#y',
    'file:///etc',
  ];
  for (const text of wrong) {
    const read = readUpdateHost(text);
    t.match(read, { fault: /expected a URL such as/ }, text);
    t.notMatch(read, { fault: /s3cret/ }, 'nor is a password repeated');
  }
});
