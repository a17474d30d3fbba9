import t from 'tap';
import { importMirrorbits } from '../../src/import/mirrorbits.js';
import { importText } from './imported-zone.js';

const MIRRORS = `# what mirrorbits says
Name: one
HttpURL: https://one.example/vlc/   # main
RsyncURL: rsync://one.example/vlc
FtpURL: ""
SponsorName: Us
AdminEmail: x@one.example
CountryOnly: true
Score: 0
Latitude: 48.86669921875
Longitude: 2.3333
CountryCodes: FR be
Asnum: 64500
Comment: |
  two
  lines
Enabled: true
AllowRedirects: null
---
HttpURL: http://other.example/
ContinentOnly: true
ContinentCode: AN
CountryCodes: JP
ExcludedCountryCodes: CN
Score: 50
Enabled: false
AllowRedirects: true
Latitude: 0
Longitude: 0
---
HttpURL: http://third.example/
Score: -5
Enabled: true
`;

t.test('each document is a mirror', async (t) => {
  const { text, decisions } = importText(importMirrorbits, { m: MIRRORS }, { zone: 'get.example' });
  t.equal(
    text.slice(text.indexOf('pools:')),
    `pools:
  "@": { same_country_first: true }

mirrors:
  # what mirrorbits says
  # main
  # SponsorName: Us
  one:
    hostname: one.example
    location: { country: FR, latitude: 48.8667, longitude: 2.3333 }
    asn: [64500]
    only_countries: [FR, BE]
    probes:
      - { type: https, host: one.example, path: /vlc/ }
      - { type: rsync, module: vlc }
    notes: |-
      two
      lines
    email: x@one.example
  # Score: 50
  other.example:
    hostname: other.example
    weight: 0
    location: { country: JP }
    only_countries: [AQ, BV, GS, HM, TF]
    probe: { type: http, host: other.example, path: /, redirects: follow }
  # Score: -5
  third.example:
    hostname: third.example
    probe: { type: http, host: third.example, path: / }
`,
  );
  t.same(decisions, ['31: third.example: the score -5 is below 0: write a weight below those of others']);
});

t.test('what is no mirror is refused with its place', async (t) => {
  t.throws(() => importMirrorbits([{ file: 'x', text: 'Name: a\n---\nName: b\n' }]), {
    message: 'x:1:1: a mirror needs an "HttpURL"',
  });
  t.throws(() => importMirrorbits([{ file: 'x', text: '---\n' }]), {
    message: 'x:1:1: the file has no mirrors',
  });
});

t.test('excluded countries are not among those that are served', async (t) => {
  const { zone, decisions } = importText(importMirrorbits, {
    m: `HttpURL: http://a.example/
ContinentOnly: true
ContinentCode: AN
ExcludedCountryCodes: BV HM
---
HttpURL: http://b.example/
CountryOnly: true
CountryCodes: FR BE
ExcludedCountryCodes: BE
---
HttpURL: http://c.example/
`,
  });
  t.same(
    zone.mirrors.map(({ admits }) => [admits.onlyCountries, admits.exceptCountries]),
    [
      [['AQ', 'GS', 'TF'], undefined],
      [['FR'], undefined],
      [undefined, undefined],
    ],
  );
  t.same(decisions, []);
});

t.test('a rule that names nobody is said', async (t) => {
  const { zone, decisions } = importText(importMirrorbits, {
    m: `HttpURL: http://a.example/
ASOnly: true
Asnum: 0
---
HttpURL: http://b.example/
CountryOnly: true
ExcludedCountryCodes: CN
---
HttpURL: http://c.example/
CountryOnly: true
CountryCodes: CN
ContinentOnly: true
ContinentCode: XX
ExcludedCountryCodes: CN
`,
  });
  t.same(
    zone.mirrors.map(({ admits }) => [admits.onlyCountries, admits.exceptCountries]),
    [
      [undefined, undefined],
      [undefined, ['CN']],
      [undefined, ['CN']],
    ],
  );
  const nobody =
    'but there is no country that it could serve: it does not count, so more clients are sent to it';
  t.same(decisions, [
    '1: a.example: ASOnly, but there is no AS number: it does not count, so more clients are sent to it',
    `5: b.example: CountryOnly, ${nobody}`,
    `9: c.example: CountryOnly, ${nobody}`,
    `9: c.example: ContinentOnly, ${nobody}`,
  ]);
});
