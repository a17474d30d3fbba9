import t from 'tap';
import { listenClashes, readListenAddress, readServedAddress } from '../../src/zone/listen-address.js';

t.test('addresses to listen on', async (t) => {
  t.same(readListenAddress('127.0.0.1:5300'), { host: '127.0.0.1', port: 5300 });
  t.same(readListenAddress('0.0.0.0:0'), { host: '0.0.0.0', port: 0 });
  t.same(readListenAddress('[2001:DB8::0:1]:53'), { host: '2001:db8::1', port: 53 });
  t.same(readListenAddress('[::]:65535'), { host: '::', port: 65_535 });
});

t.test('what is none says what to write', async (t) => {
  const hints: Readonly<Record<string, RegExp>> = {
    '192.0.2.1': /write 192.0.2.1:53/,
    '2001:db8::1': /write \[2001:db8::1\]:53/,
    '[2001:db8::1]': /write \[2001:db8::1\]:53/,
    ':53': /write 0.0.0.0 and \[::\]/,
    '*:53': /write 0.0.0.0 and \[::\]/,
    'localhost:53': /expected HOST:PORT/,
    '192.0.2.1:65536': /expected HOST:PORT/,
    '[192.0.2.1]:53': /expected HOST:PORT/,
    '[::ffff:192.0.2.1]:53': /is an IPv4 address: write 192.0.2.1:53/,
    '[::1%lo]:53': /expected HOST:PORT/,
    '': /expected HOST:PORT/,
    '192.0.2.1:': /expected HOST:PORT/,
  };
  for (const [text, fault] of Object.entries(hints)) t.match(readListenAddress(text), { fault }, text);
});

t.test('addresses for TLS', async (t) => {
  t.same(readServedAddress('127.0.0.1:5300'), { host: '127.0.0.1', port: 5300 });
  t.same(readServedAddress('tls://192.0.2.53:853'), { host: '192.0.2.53', port: 853, tls: true });
  t.same(readServedAddress('tls://[2001:DB8::53]:853'), { host: '2001:db8::53', port: 853, tls: true });
  t.match(readServedAddress('tls://192.0.2.53'), {
    fault: /^tls:\/\/: .*write 192.0.2.53:853, with the port$/,
  });
  for (const text of ['https://192.0.2.53:443', 'tls:192.0.2.53:853', 'tls://192.0.2.53:853/']) {
    t.match(readServedAddress(text), { fault: /is not an address to listen on/ }, text);
  }
});

t.test('no cleartext on the port for TLS, and no TLS on the one for cleartext', async (t) => {
  t.same(readServedAddress('[::1]:853'), { fault: 'port 853 is for TLS alone: write tls://[::1]:853' });
  t.same(readServedAddress('tls://192.0.2.53:53'), {
    fault: 'tls://: port 53 is for cleartext, resolvers look for TLS on port 853',
  });
});

t.test(
  'an address beside the wildcard that stands for it, in either order, and one that is listed twice',
  async (t) => {
    const clashesOf = (...texts: string[]) =>
      listenClashes(
        texts.map((text) => {
          const read = readServedAddress(text);
          if ('fault' in read) throw new Error(read.fault);
          return read;
        }),
      );
    const fault = '0.0.0.0 port 53 stands for 127.0.0.1 too: list only one of them';
    t.same(clashesOf('0.0.0.0:53', '127.0.0.1:53'), [{ index: 1, fault }]);
    t.same(clashesOf('192.0.2.1:54', '127.0.0.1:53', '0.0.0.0:53'), [{ index: 2, fault }]);
    t.match(clashesOf('[::1]:53', '[::]:53'), [{ index: 1, fault: /^:: port 53 stands for ::1 too/ }]);
    t.same(clashesOf('[::1]:53', '[0::1]:53'), [{ index: 1, fault: '::1 port 53 is listed twice' }]);
    t.same(clashesOf('[::1]:5300', 'tls://[::1]:5300'), [
      { index: 1, fault: '::1 port 5300 is listed twice' },
    ]);
    t.same(
      clashesOf('0.0.0.0:53', '[::]:53', '127.0.0.1:5300', '127.0.0.1:0', '0.0.0.0:0', '127.0.0.1:0'),
      [],
    );
  },
);
