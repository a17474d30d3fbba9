import t from 'tap';
import { geoipDomains } from '../../src/import/powerdns-geoip.js';

const domains = (text: string) => geoipDomains({ file: 'g', text });

t.test('domains and their records', async (t) => {
  const [domain] = domains(
    'domains:\n- domain: A.example.\n  ttl: 9\n  records:\n    b.a.example.:\n    - a: 192.0.2.1\n    - mx: { content: 10 c.example, ttl: 5 }\n',
  );
  t.equal(domain?.name, 'a.example');
  t.match(domain?.records, [
    { owner: 'b.a.example', type: 'A', ttl: 9, data: [{ text: '192.0.2.1' }], line: 6 },
    { owner: 'b.a.example', type: 'MX', ttl: 5, data: [{ text: '10' }, { text: 'c.example' }], line: 7 },
  ]);
});

t.test('services have names by network, or default', async (t) => {
  const [domain] = domains('domains:\n- domain: a.example\n  services:\n    a.example: "%cn.a.example"\n');
  t.same(domain?.services, [
    { owner: 'a.example', line: 4, names: new Map([['default', ['%cn.a.example']]]) },
  ]);
});

t.test('what is no such file is refused with its place', async (t) => {
  t.throws(() => domains('domains: 1'), { message: 'g:1:1: expected "domains:" and a list of them' });
  t.throws(() => domains('domains:\n- ttl: 1'), { message: 'g:2:1: a domain needs "domain", its name' });
  t.throws(() => domains('domains:\n- domain: a\n  records:\n    b: [c]'), {
    message: /^g:4:1: expected a type/,
  });
});
