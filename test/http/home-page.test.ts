import t from 'tap';
import { homeBody } from '../../src/http/home-page.js';
import { html } from '../../src/http/html.js';
import { mirrorReport, NOW, statusReport, zoneReport } from '../report/status-report.js';
import { MAP, open, POOL } from './open-site.js';

t.test('the first page has what is wrong first, and the map with its words', async (t) => {
  const { body } = await (await open()).ask('/');
  const words = [
    '0 of 1 address up',
    'critical',
    'is down for 1d',
    'without an end',
    MAP,
    '▼\u00a0down',
    '■\u00a0disabled',
    POOL,
    'They judge together.',
    '<span class="down">silent</span>',
    '1 of 2 servers between them can be used.',
  ];
  for (const word of words) t.ok(body.includes(word), word);
  t.ok(body.indexOf('is down for 1d') < body.indexOf('<img'), 'before the map');
  t.match(body, />1h<\/time> ago</);
  t.notMatch(body, /s3cret/);
  t.match(body, /GeoLite Data created by MaxMind/);
});

t.test('a pool with nobody to answer is among what is wrong, and marked in the table', async (t) => {
  const status = statusReport({ zones: [zoneReport([mirrorReport({ enabled: false })])] });
  const { text } = homeBody({ status, form: html``, now: NOW });
  t.notMatch(text, /All is well/);
  t.ok(text.includes('<li class="critical"><strong>critical</strong>: EMPTY: dl.example.org (ipv4)'));
  t.ok(text.includes('<strong class="critical">empty (IPv4)</strong>'));
});
