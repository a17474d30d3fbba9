/**
 * What the update service sends. The first octet of an input chooses: metadata, a compressed archive, an archive that is
 * compressed here, or the head of an answer. Anything that is wrong with it is an UPDATE_FAILED in one line, and no file is
 * longer than what is allowed.
 */
import { mkdtempSync, rmSync, statSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Readable } from 'node:stream';
import { gzipSync } from 'node:zlib';
import { GeopoolError } from '../../../src/platform/errors.js';
import { unpackDatabase } from '../../../src/update/archive.js';
import { parseMetadata } from '../../../src/update/metadata.js';
import { nextHop } from '../../../src/update/redirect.js';
import { parseHttpDate, parseRetryAfter } from '../../../src/update/retry.js';
import { metadataOf, tar, tarGz } from '../../update/fake-update-server.js';
import { type Target, textOctets } from '../target.js';

const EDITION = 'GeoLite2-City';
const MAX_BYTES = 8192;
const CONFIGURED = new URL('https://updates.example.net');

export async function openUpdateTarget(): Promise<Target> {
  const directory = mkdtempSync(join(tmpdir(), 'geopool-fuzz-'));
  const path = join(directory, 'x.mmdb');
  const take = async (kind: number, rest: Uint8Array): Promise<string> => {
    if (kind === 0)
      return `metadata ${parseMetadata(Buffer.from(rest).toString('utf8'), EDITION).date.length}`;
    if (kind === 3) return takeHead(Buffer.from(rest).toString('latin1'));
    const archive = kind === 1 ? rest : gzipSync(rest, { level: 1 });
    await unpackDatabase({
      body: Readable.from([Buffer.from(archive)]),
      path,
      maxBytes: MAX_BYTES,
      signal: new AbortController().signal,
      touch: () => undefined,
    });
    return 'unpacked';
  };
  return {
    maxLength: 6000,
    seeds: await seeds(),
    dictionary: WORDS.map(textOctets),
    async take(input) {
      rmSync(path, { force: true });
      const kind = (input[0] ?? 0) % 4;
      const outcome = await take(kind, input.subarray(1)).catch((error: unknown) => {
        const expected = error instanceof GeopoolError && error.code === 'UPDATE_FAILED';
        if (!expected || /\n/.test(error.message)) throw error;
        return `refused (${kind})`;
      });
      const size = statSync(path, { throwIfNoEntry: false })?.size ?? 0;
      if (size > MAX_BYTES) throw new Error(`a file of ${size} octets`);
      return outcome;
    },
    close: async () => rmSync(directory, { recursive: true }),
  };
}

function takeHead(text: string): string {
  const wait = parseRetryAfter(text, 1_750_000_000_000);
  if (wait !== undefined && !(wait >= 0 && Number.isFinite(wait))) throw new Error(`to wait for ${wait}`);
  const date = parseHttpDate(text);
  if (date !== undefined && Number.isNaN(date)) throw new Error('a date that is none');
  const next = nextHop(CONFIGURED, text, CONFIGURED);
  if (next.protocol !== 'https:' || next.username !== '') throw new Error(`a redirect to ${next.href}`);
  return 'redirects';
}

async function seeds(): Promise<Uint8Array[]> {
  const database = new Uint8Array(600).fill(7);
  const entries: Parameters<typeof tar>[0] = [
    [{ name: 'a/', type: 'directory' }, ''],
    [{ name: 'a/LICENSE.txt' }, 'a license'],
    [{ name: `a/${EDITION}.mmdb` }, database],
  ];
  const chosen = (kind: number, octets: Uint8Array): Uint8Array => Uint8Array.of(kind, ...octets);
  const long = `${'d/'.repeat(90)}x.mmdb`;
  return [
    chosen(0, textOctets(JSON.stringify(metadataOf(EDITION, 'a'.repeat(32))))),
    chosen(1, await tarGz(entries)),
    chosen(1, gzipSync(new Uint8Array(100_000))),
    chosen(2, await tar(entries)),
    chosen(2, await tar([[{ name: long }, database]])),
    chosen(2, await tar([[{ name: 'x.mmdb', type: 'symlink', linkname: '/etc/passwd' }, '']])),
    chosen(3, textOctets('https://storage.example.net/x?y=z')),
    chosen(3, textOctets('Tue, 06 Jan 2026 17:35:03 GMT')),
    chosen(3, textOctets('120')),
  ];
}

const WORDS = [
  ...[
    '{"databases":[',
    '"edition_id":',
    `"${EDITION}"`,
    '"md5":',
    '"date":"2026-01-06"',
    ']}',
    'null',
    '1e400',
  ],
  ...[
    'ustar\u0000',
    'ustar  \u0000',
    '.mmdb',
    '../',
    '00000001130',
    '77777777777',
    '\u0080\u0000\u0000\u0000',
  ],
  ...['x', 'g', 'L', 'K', '5', '0', '2', '30 size=9999999999\n', '27 path=/etc/passwd.mmdb\n'],
  ...[
    '\u001f\u008b\u0008',
    'http://',
    'https://',
    'user:pw@',
    '//',
    'javascript:',
    'GMT',
    '-1',
    '9999999999',
  ],
];
