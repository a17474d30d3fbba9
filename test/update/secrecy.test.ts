/**
 * The license key must not come out anywhere but in the Authorization header to the configured origin. Everything that
 * the room says in good and bad runs is collected and searched, against a server that tries to have it repeated.
 */
import { readdir, readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { inspect } from 'node:util';
import t from 'tap';
import { keyFromText } from '../../src/update/settings.js';
import { createUpdater } from '../../src/update/updater.js';
import {
  type Handler,
  metadataOf,
  type Place,
  PUBLISHED,
  sendArchive,
  sendJson,
  startFakeUpdateServer,
  status,
  tarGz,
} from './fake-update-server.js';
import { bytesOf, filesIn, hastyClock, keptLog, PATIENT, scratch } from './scenery.js';

const KEY = 'Sw0rdfish_k3y';
const EDITION = 'GeoLite2-City';
const FORMS = [KEY, KEY.toLowerCase(), Buffer.from(`42:${KEY}`).toString('base64'), encodeURIComponent(KEY)];

function echoes(): Handler[] {
  const echo: Handler = (_request, response) => {
    response.writeHead(400, KEY, { 'x-echo': KEY, 'retry-after': KEY }).end(KEY);
  };
  const to = (location: string): Handler => status(302, { location });
  return [
    echo,
    status(401, { 'www-authenticate': `Basic realm="${KEY}"` }),
    to(`http://${KEY}.invalid/${KEY}`),
    to(`ftp://${KEY}/`),
    to(`http://${KEY}@127.0.0.1/`),
    to(`http://127.0.0.1:1/?${KEY}`),
    (_request, response) => response.socket?.end(`HTTP/1.1 ${KEY}\r\n\r\n`),
    (_request, response) => response.end(KEY),
    (_request, response) => sendJson(response, metadataOf(KEY, KEY, KEY)),
    (_request, response) => response.writeHead(200, { 'last-modified': KEY }).end(KEY),
    (_request, response) =>
      response.writeHead(200, { 'last-modified': PUBLISHED, 'content-encoding': KEY }).end(KEY),
  ];
}

t.test('the key is nowhere in what the room says, writes or asks for', async (t) => {
  const log = keptLog();
  const said: unknown[] = [log.lines];
  const named = await tarGz([[{ name: `${KEY}.mmdb` }, bytesOf(5, 1000)]]);
  const hostile: Handler[] = [...echoes(), (_request, response) => sendArchive(response, named)];
  let failures = 0;
  for (const place of ['metadata', 'download', 'storage'] satisfies Place[]) {
    for (const handler of hostile) {
      const server = await startFakeUpdateServer();
      await server.publish(EDITION, bytesOf(6, 5000));
      server.always(place, handler);
      const directory = await scratch(t);
      const settings = {
        accountId: '42',
        readKey: keyFromText(KEY),
        editions: [EDITION],
        directory,
        host: server.host,
        schedule: '0 0 1 1 *',
      };
      const updater = createUpdater({
        settings,
        clock: hastyClock(),
        random: () => 0.5,
        log,
        files: filesIn(directory),
        version: '0.0.0',
        limits: PATIENT,
        retryPolicy: { firstMs: 1, longestMs: 1, windowMs: 3 },
        verify: async () => undefined,
        serve: async () => undefined,
      });
      await updater.start();
      const results = await updater.updateNow();
      if (results[0]?.outcome === 'failed') failures++;
      said.push(results, updater.status(), updater, settings);
      await updater.stop();
      for (const { url, headers, place } of server.asked) {
        const { authorization, ...rest } = headers;
        if (place === 'storage') t.equal(authorization, undefined);
        // An address that the server itself made up is its own business.
        said.push(rest, place === 'storage' ? undefined : url);
      }
      for (const name of await readdir(directory))
        said.push(name, await readFile(join(directory, name), 'utf8'));
      await server.close();
    }
  }
  t.ok(failures > 25, `${failures} runs failed`);
  t.ok(log.lines.length > failures, 'and each was logged');
  const everything = inspect(said, {
    depth: 20,
    showHidden: true,
    maxArrayLength: null,
    maxStringLength: null,
  });
  t.match(everything, /answered 400/);
  for (const form of FORMS) t.notOk(everything.includes(form), form);
});
