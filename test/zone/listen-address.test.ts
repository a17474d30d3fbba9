import t from 'tap';
import { readListenAddress } from '../../src/zone/listen-address.js';

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
    '[::1%lo]:53': /expected HOST:PORT/,
    '': /expected HOST:PORT/,
    '192.0.2.1:': /expected HOST:PORT/,
  };
  for (const [text, fault] of Object.entries(hints)) t.match(readListenAddress(text), { fault }, text);
});
