import t from 'tap';
import { hostHeader } from '../../src/health/http-exchange.js';

t.test('the Host header has a port where it is not the type’s own', async (t) => {
  const table = [
    ['http', 80, 'dl.example.org', 'dl.example.org'],
    ['http', 8080, 'dl.example.org', 'dl.example.org:8080'],
    ['http', 443, 'dl.example.org', 'dl.example.org:443'],
    ['https', 443, 'dl.example.org', 'dl.example.org'],
    ['https', 80, 'dl.example.org', 'dl.example.org:80'],
    ['http', 80, '192.0.2.1', '192.0.2.1'],
    ['http', 80, '2001:db8::1', '[2001:db8::1]'],
    ['https', 8443, '2001:db8::1', '[2001:db8::1]:8443'],
  ] as const;
  for (const [type, port, host, header] of table) t.equal(hostHeader(type, host, port), header);
});
