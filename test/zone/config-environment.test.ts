import t from 'tap';
import { GeopoolError } from '../../src/platform/errors.js';
import { applyEnvironment, type Environment } from '../../src/zone/config-environment.js';
import { parseServerConfig, type ServerConfig } from '../../src/zone/server-config.js';

const FILES: Readonly<Record<string, string>> = {
  '/run/key': '  key-of-file\n',
  '/run/id': '77\n',
  '/run/empty': '\n',
};

function apply(text: string, env: Environment): ServerConfig {
  return applyEnvironment(parseServerConfig(text, 'geopool.yaml'), env, (path) => {
    const content = FILES[path];
    if (content === undefined) throw new Error(`ENOENT: no such file or directory, open '${path}'`);
    return content;
  });
}

function detailsOf(text: string, env: Environment): readonly string[] {
  try {
    apply(text, env);
  } catch (error) {
    if (error instanceof GeopoolError && error.code === 'CONFIG_INVALID') return error.details;
    throw error;
  }
  return [];
}

const STATED =
  'geo: { city: a.mmdb, update: { account_id: 1, license_key: stated, editions: [GeoLite2-City], schedule: 1 2 * * * } }';

t.test('an empty environment changes nothing', async (t) => {
  t.same(apply('', {}), parseServerConfig('', 'geopool.yaml'));
  t.same(apply('', { GEOIPUPDATE_ACCOUNT_ID: '', PATH: '/bin' }).geo, {});
  const { geo } = apply(STATED, {});
  t.match(geo, { city: 'a.mmdb', update: { accountId: '1', licenseKey: 'stated', schedule: '1 2 * * *' } });
  t.match(apply('geo: { update: { account_id: 1, license_key_file: k } }', {}).geo.update, {
    licenseKeyFile: 'k',
  });
});

t.test('the environment alone is enough', async (t) => {
  t.same(apply('', { GEOIPUPDATE_ACCOUNT_ID: ' 42 ', GEOIPUPDATE_LICENSE_KEY: ' k ' }).geo.update, {
    accountId: '42',
    licenseKey: 'k',
    editions: ['GeoLite2-City', 'GeoLite2-ASN'],
    schedule: '23 4 * * *',
    host: 'https://updates.maxmind.com',
  });
});

t.test('the environment wins over the file', async (t) => {
  const { update } = apply(STATED, {
    GEOIPUPDATE_ACCOUNT_ID: '42',
    GEOIPUPDATE_LICENSE_KEY: 'k',
    GEOIPUPDATE_EDITION_IDS: ' GeoLite2-ASN,GeoLite2-Country  GeoIP2-City ',
    GEOIPUPDATE_HOST: 'https://example.net/',
  }).geo;
  t.same(update, {
    accountId: '42',
    licenseKey: 'k',
    editions: ['GeoLite2-ASN', 'GeoLite2-Country', 'GeoIP2-City'],
    schedule: '1 2 * * *',
    host: 'https://example.net',
  });
  t.match(
    apply('geo: { update: { license_key_file: k } }', {
      GEOIPUPDATE_ACCOUNT_ID: '42',
      GEOIPUPDATE_LICENSE_KEY: 'k',
    }).geo.update,
    { licenseKey: 'k', licenseKeyFile: undefined },
  );
});

t.test('files win over values, and are trimmed', async (t) => {
  const { update } = apply('', {
    GEOIPUPDATE_ACCOUNT_ID: '42',
    GEOIPUPDATE_ACCOUNT_ID_FILE: '/run/id',
    GEOIPUPDATE_LICENSE_KEY: 'k',
    GEOIPUPDATE_LICENSE_KEY_FILE: '/run/key',
  }).geo;
  t.match(update, { accountId: '77', licenseKey: 'key-of-file' });
});

t.test('what is wrong names its variable, and no key', async (t) => {
  const details = detailsOf('', {
    GEOIPUPDATE_ACCOUNT_ID: 'abc',
    GEOIPUPDATE_LICENSE_KEY_FILE: '/run/gone',
    GEOIPUPDATE_EDITION_IDS: 'a/b',
    GEOIPUPDATE_HOST: 'ftp://x',
  });
  t.match(details, [
    /^GEOIPUPDATE_ACCOUNT_ID: "abc" is not an account id/,
    /^GEOIPUPDATE_LICENSE_KEY_FILE: can't read \/run\/gone: ENOENT/,
    /^GEOIPUPDATE_EDITION_IDS: "a\/b" is not the name/,
    /^GEOIPUPDATE_HOST: host "ftp:\/\/x" is not one/,
  ]);
  t.match(detailsOf('', { GEOIPUPDATE_LICENSE_KEY_FILE: '/run/empty' }), [
    /_KEY_FILE: the file \/run\/empty is empty/,
  ]);
  t.match(detailsOf('', { GEOIPUPDATE_EDITION_IDS: ',' }), [/names no database/]);
});

t.test('half an account is an error', async (t) => {
  t.match(detailsOf('', { GEOIPUPDATE_LICENSE_KEY: 's3cret' }), [
    /need an account: set geo.update.account_id, or GEOIPUPDATE_ACCOUNT_ID/,
  ]);
  t.match(detailsOf('', { GEOIPUPDATE_ACCOUNT_ID: '42' }), [/need a license key: .*GEOIPUPDATE_LICENSE_KEY/]);
  t.equal(detailsOf('geo: { update: {} }', {}).length, 2);
  t.equal(detailsOf('', { GEOIPUPDATE_HOST: 'example.net' }).length, 2);
  t.notMatch(detailsOf('', { GEOIPUPDATE_LICENSE_KEY: 's3cret' }).join(), /s3cret/);
});

t.test('proxies are read where databases are fetched, and nowhere else', async (t) => {
  const general = { HTTPS_PROXY: 'http://proxy.example:3128', NO_PROXY: 'internal.example' };
  t.same(apply('', general).geo, {});
  t.same(apply('', { HTTPS_PROXY: 'nonsense://', GEOIPUPDATE_PROXY: 'p' }).geo, {}, 'not even looked at');
  t.same(apply(STATED, general).geo.update?.proxy, {
    https: 'http://proxy.example:3128/',
    except: 'internal.example',
  });
  const own = {
    ...general,
    GEOIPUPDATE_PROXY: 'mine.example',
    GEOIPUPDATE_PROXY_USER_PASSWORD_FILE: '/run/key',
  };
  t.match(detailsOf(STATED, own), [/^GEOIPUPDATE_PROXY: .*USER:PASSWORD/]);
  const { update } = apply(STATED, {
    ...general,
    GEOIPUPDATE_PROXY: 'mine.example',
    GEOIPUPDATE_PROXY_USER_PASSWORD: 'a:b',
  }).geo;
  t.same(update?.proxy, {
    http: 'http://a:b@mine.example:1080/',
    https: 'http://a:b@mine.example:1080/',
    except: '',
  });
  t.match(detailsOf(STATED, { HTTPS_PROXY: 'socks5://anna:secret@p' }), [/^HTTPS_PROXY: (?!.*secret)/]);
});
