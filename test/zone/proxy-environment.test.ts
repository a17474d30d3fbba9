import t from 'tap';
import { generalProxies, ownProxy } from '../../src/zone/proxy-environment.js';

const own = (text: string, userPassword?: string): string | undefined => {
  const proxy = ownProxy(text, userPassword);
  return 'fault' in proxy ? proxy.fault : proxy.https;
};

t.test("geoipupdate's proxy is a name, a name and port, or a URL", async (t) => {
  t.equal(own('proxy.example'), 'http://proxy.example:1080/', 'its port where none is stated');
  t.equal(own('proxy.example:3128'), 'http://proxy.example:3128/');
  t.equal(own('http://proxy.example:80'), 'http://proxy.example/', 'stated, though it need not be');
  t.equal(own('https://proxy.example'), 'https://proxy.example:1080/');
  t.equal(own('[2001:db8::1]'), 'http://[2001:db8::1]:1080/');
  t.equal(own('192.0.2.1:8888'), 'http://192.0.2.1:8888/');
  t.same(ownProxy('p:1', undefined), { http: 'http://p:1/', https: 'http://p:1/', except: '' });
});

t.test('its user and password come apart at the first colon', async (t) => {
  t.equal(own('p:1', 'anna:a:b@c%/'), 'http://anna:a%3Ab%40c%25%2F@p:1/');
  t.equal(own('http://old:pass@p:1', 'anna:new'), 'http://anna:new@p:1/');
  t.equal(own('http://anna:stays@p:1'), 'http://anna:stays@p:1/');
  t.match(own('p:1', 'anna'), /USER:PASSWORD/);
});

t.test('what is none is refused without a word of it', async (t) => {
  for (const text of [
    'socks5://anna:secret@p:1',
    'http://anna:secret@',
    'ftp://anna:secret@p',
    'anna secret',
    'http://anna:%zzsecret@p:1',
  ]) {
    t.match(own(text), /expected one such as http:\/\/proxy\.example:3128|must be written %25/, text);
    t.notMatch(own(text), /secret/);
  }
  t.match(own('socks5://p:1'), /SOCKS/);
});

t.test('the general names, small or capital', async (t) => {
  const faults: string[] = [];
  t.equal(generalProxies({ NO_PROXY: 'x', HTTPS_PROXY: ' ' }, faults), undefined);
  t.same(generalProxies({ HTTPS_PROXY: 'http://u:p@h:1', NO_PROXY: 'a,b' }, faults), {
    https: 'http://u:p@h:1/',
    except: 'a,b',
  });
  t.same(
    generalProxies(
      { HTTPS_PROXY: 'capital', https_proxy: 'small', HTTP_PROXY: 'h:8080', no_proxy: '*' },
      faults,
    ),
    {
      http: 'http://h:8080/',
      https: 'http://small/',
      except: '*',
    },
  );
  t.same(faults, []);
  t.equal(generalProxies({ https_proxy: 'socks5://anna:secret@h' }, faults), undefined);
  t.match(faults, [/^https_proxy: proxies by SOCKS/]);
  t.notMatch(faults.join(), /secret/);
});
