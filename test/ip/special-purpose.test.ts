import t from 'tap';
import { parseAddress } from '../../src/ip/address.js';
import { specialBlockOf } from '../../src/ip/special-purpose.js';

function blockOf(text: string): string | undefined {
  const address = parseAddress(text);
  if (address === null) throw new Error(`${text} is not an address`);
  const block = specialBlockOf(address);
  return block && `${block.kind} ${block.prefix.text}`;
}

t.test('the first and the last address of a block are in it, their neighbours are not', async (t) => {
  for (const [block, first, last, before, after] of [
    ['private 10.0.0.0/8', '10.0.0.0', '10.255.255.255', '9.255.255.255', '11.0.0.0'],
    ['private 172.16.0.0/12', '172.16.0.0', '172.31.255.255', '172.15.255.255', '172.32.0.0'],
    ['private 192.168.0.0/16', '192.168.0.0', '192.168.255.255', '192.167.255.255', '192.169.0.0'],
    ['shared 100.64.0.0/10', '100.64.0.0', '100.127.255.255', '100.63.255.255', '100.128.0.0'],
    ['loopback 127.0.0.0/8', '127.0.0.0', '127.255.255.255', '126.255.255.255', '128.0.0.0'],
    ['link-local 169.254.0.0/16', '169.254.0.0', '169.254.255.255', '169.253.255.255', '169.255.0.0'],
    ['benchmarking 198.18.0.0/15', '198.18.0.0', '198.19.255.255', '198.17.255.255', '198.20.0.0'],
    ['documentation 192.0.2.0/24', '192.0.2.0', '192.0.2.255', '192.0.1.255', '192.0.3.0'],
    ['protocol 2001::/23', '2001::', '2001:1ff:ffff::', '2000:ffff::', '2001:200::'],
    ['documentation 2001:db8::/32', '2001:db8::', '2001:db8:ffff::', '2001:db7:ffff::', '2001:db9::'],
    ['loopback ::1/128', '::1', '::1', '::2', '::2'],
    ['protocol 100::/63', '100::', '100:0:0:1:ffff::', 'ff:ffff::', '100:0:0:2::'],
  ] as const) {
    t.equal(blockOf(first), block, first);
    t.equal(blockOf(last), block, last);
    t.equal(blockOf(before), undefined, before);
    t.equal(blockOf(after), undefined, after);
  }
  t.equal(blockOf('fd12:3456::1'), 'private fc00::/7');
  t.equal(blockOf('febf:ffff::1'), 'link-local fe80::/10');
  t.equal(blockOf('255.255.255.255'), 'reserved 240.0.0.0/4');
});

t.test('an address that stands for an IPv4 address is of its kind', async (t) => {
  for (const text of ['::ffff:127.0.0.1', '2002:7f00:1::', '64:ff9b::7f00:1']) {
    t.equal(blockOf(text), 'loopback 127.0.0.0/8', text);
  }
  for (const text of ['::ffff:8.8.8.8', '2002:808:808::1', '64:ff9b::808:808', '2a00::1', '8.8.8.8']) {
    t.equal(blockOf(text), undefined, text);
  }
});
