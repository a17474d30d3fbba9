import t from 'tap';
import {
  CAPACITY_PATTERN,
  formatSize,
  RATE_PATTERN,
  readCapacity,
  readRate,
  readSize,
  SIZE_PATTERN,
} from '../../src/zone/sizes.js';

t.test('sizes and rates with their units', async (t) => {
  const sizes = {
    '1MB': 1e6,
    '512KiB': 524_288,
    '1.5kB': 1500,
    '7B': 7,
    '2GB': 2e9,
    '1KB': 1000,
    '1MiB': 1_048_576,
  };
  for (const [text, octets] of Object.entries(sizes)) {
    t.equal(readSize(text), octets, text);
    t.match(text, new RegExp(SIZE_PATTERN));
    t.equal(readRate(`${text}/s`), octets, `${text}/s`);
    t.match(`${text}/s`, new RegExp(RATE_PATTERN));
  }
  t.equal(readRate('16Mbit/s'), 2e6);
  for (const text of ['', '1', '1 MB', '1mb', '-1MB', '1MB/s', '1Mbit', '1.MB']) {
    t.match(readSize(text), { fault: /is not a size/ }, text);
  }
  for (const text of ['2MB', '2MBps', '2Mb/s', '/s'])
    t.match(readRate(text), { fault: /is not a rate/ }, text);
});

t.test('capacities in Mbit/s', async (t) => {
  for (const [text, megabits] of Object.entries({
    '1Gbit/s': 1000,
    '0.5Gbit/s': 500,
    '2.345Tbit/s': 2_345_000,
    '100Mbit/s': 100,
    '0Mbit/s': 0,
  })) {
    t.equal(readCapacity(text), megabits, text);
    t.match(text, new RegExp(CAPACITY_PATTERN));
  }
  t.match(readCapacity('1.5Mbit/s'), { fault: '"1.5Mbit/s" is not a whole number of Mbit/s' });
  for (const text of ['1', '1Gbit', '1GB/s', '1 Gbit/s', '-1Gbit/s', '8kbit/s', 'Gbit/s', '1gbit/s']) {
    t.match(readCapacity(text), { fault: /is not a weight, expected a number/ }, text);
    t.notMatch(text, new RegExp(CAPACITY_PATTERN));
  }
});

t.test('sizes for people', async (t) => {
  t.same([0, 7, 999, 1000, 123_456, 2e6, 3.456e9].map(formatSize), [
    '0 B',
    '7 B',
    '999 B',
    '1 kB',
    '123 kB',
    '2 MB',
    '3.46 GB',
  ]);
});
