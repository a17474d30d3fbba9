/**
 * A zone that the real program signs, verified by other programs: delv verifies each answer from the key up, and
 * ldns-verify-zone the whole zone, which is read by walking its NSEC records.
 */
import { execFile } from 'node:child_process';
import { join } from 'node:path';
import t from 'tap';
import { udpClient } from './dns-client.js';
import { type Home, makeHome, type Server, startServer } from './server.js';
import { missingProgram } from './tools.js';

const ZONE = 'signed.example';
const MANY = Array.from({ length: 4 }, (_, i) => `  n${i}.many: { A: 192.0.2.${i}, TXT: "${i}" }`).join('\n');
const TEXT = (key: string): string => `
zone: ${ZONE}
ns: [ns1.${ZONE}, ns.example.net]
dnssec: { key: ${key} }
pools: { dl: { mirrors: [one], probe: { type: none } }, none: { mirrors: [nobody], probe: { type: none } } }
mirrors: { one: { addresses: [192.0.2.10, "2001:db8::10"] }, nobody: { addresses: [192.0.2.99], weight: 0 } }
records:
  ns1: { A: 192.0.2.53, AAAA: "2001:db8::53" }
  "@": { TXT: apex, MX: "10 Mail.${ZONE}", CAA: '0 issue "ca.example.net"' }
  mail: { A: 192.0.2.54 }
  a.b.c: { TXT: deep }
  "*.wild": { TXT: any, ttl: 5 }
  here.wild: { A: 192.0.2.1 }
  www: { CNAME: ns1.${ZONE} }
  pool: { CNAME: dl.${ZONE} }
  far: { CNAME: www.example.net }
  via: { CNAME: Some.wild.${ZONE} }
  _https._tcp: { SRV: ["0 5 443 Mail.${ZONE}"] }
  h: { HTTPS: "1 . alpn=h2,h3" }
  odd: { TYPE65280: '\\# 3 414243' }
  secure: { NS: [ns.secure.${ZONE}], DS: '1 13 2 ${'ab'.repeat(32)}' }
  ns.secure: { A: 192.0.2.7 }
  insecure: { NS: [ns.secure.${ZONE}, ns1.${ZONE}, ns.example.net] }
${MANY}
`;

function run(program: string, args: readonly string[]): Promise<{ code: number; said: string }> {
  return new Promise((resolve) => {
    execFile(program, args, { timeout: 20_000 }, (error, stdout, stderr) =>
      resolve({ code: error === null ? 0 : Number(error.code ?? 1), said: stdout + stderr }),
    );
  });
}

async function startSigned(
  t: Parameters<typeof makeHome>[0],
  algorithm: string,
): Promise<{ home: Home; server: Server }> {
  const home = await makeHome(t);
  const key = join(home.dir, 'zone.key');
  await home.run('dnssec', 'keygen', ZONE, '--algorithm', algorithm, '--output', key);
  await home.write('zones/signed.yaml', TEXT(key));
  return { home, server: await startServer(t, { home }) };
}

/** Records in the form of zone files. */
async function dig(port: number, ...asked: string[]): Promise<string[]> {
  const sections = ['+noall', '+answer', '+authority', '+nosplit'];
  const { said } = await run('dig', [
    '@127.0.0.1',
    '-p',
    String(port),
    '+dnssec',
    '+norec',
    '+tcp',
    ...sections,
    ...asked,
  ]);
  return said.split('\n').filter((line) => line !== '' && !line.startsWith(';'));
}

/** All records of the zone. */
async function walk(port: number): Promise<readonly string[]> {
  const found = new Set<string>();
  const apex = `${ZONE}.`;
  let name = apex;
  for (let names = 0; names < 100; names++) {
    // The NSEC of a delegation is seen where it is about something else: what would be right behind it.
    const behind = name === apex ? name : name.replace('.', '!.');
    const seen = [...(await dig(port, name, 'NSEC')), ...(await dig(port, behind, 'TYPE65534'))];
    const own = (line: string): boolean => line.split(/\s/, 1)[0]?.toLowerCase() === name;
    const nsec = seen.find((line) => own(line) && /\sIN\s+NSEC\s/.test(line));
    if (nsec === undefined) throw new Error(`${name} shows no NSEC`);
    const [next = '', ...types] = /\sIN\s+NSEC\s+(.*)$/.exec(nsec)?.[1]?.split(' ') ?? [];
    const ofTypes = await Promise.all(
      types
        .filter((type) => type !== 'RRSIG' && type !== 'NSEC')
        .map(async (type) =>
          (await dig(port, name, type)).filter((line) =>
            new RegExp(`\\sIN\\s+(RRSIG\\s+)?${type}\\s`).test(line),
          ),
        ),
    );
    const nsecs = seen.filter((line) => /\sIN\s+(RRSIG\s+)?NSEC\s/.test(line));
    for (const line of [...nsecs, ...ofTypes.flat()]) if (own(line)) found.add(line);
    name = next.toLowerCase();
    if (name === apex)
      return [...found].sort((a, b) => Number(/\sSOA\s/.test(b)) - Number(/\sSOA\s/.test(a)));
  }
  throw new Error('the chain has no end');
}

const TOOLS = { dig: 'bind9-dnsutils', delv: 'bind9-dnsutils', 'ldns-verify-zone': 'ldnsutils' };

t.setTimeout(180_000);

t.test('signatures and denials as others verify them', { skip: missingProgram(TOOLS) }, async (t) => {
  for (const algorithm of ['ecdsa-p256', 'ed25519']) {
    const { home, server } = await startSigned(t, algorithm);
    const [dnskey = ''] = (await dig(server.port, ZONE, 'DNSKEY')).filter((line) =>
      /\sIN\s+DNSKEY\s/.test(line),
    );
    const [flags, protocol, number, ...key] = dnskey.split(/\sDNSKEY\s+/)[1]?.split(' ') ?? [];
    const anchor = `trust-anchors { ${ZONE}. static-key ${flags} ${protocol} ${number} "${key.join('')}"; };\n`;
    await home.write('anchors', anchor);
    const delv = async (name: string, type: string): Promise<string> => {
      const args = [
        '@127.0.0.1',
        '-p',
        String(server.port),
        '-a',
        join(home.dir, 'anchors'),
        `+root=${ZONE}`,
      ];
      return (await run('delv', [...args, name, type])).said;
    };
    const answered = ['SOA', 'NS', 'MX', 'TXT', 'CAA', 'DNSKEY', 'CDS', 'CDNSKEY', 'NSEC'].map((type) => [
      '',
      type,
    ]);
    const elsewhere = [
      'a.b.c. TXT',
      'x.wild. TXT',
      'dl. A',
      'dl. AAAA',
      'pool. A',
      'www. A',
      'via. TXT',
      'far. CNAME',
      'h. HTTPS',
      'odd. TYPE65280',
    ];
    const good = [...answered, ...elsewhere.map((each) => each.split(' ')), ['secure.', 'DS']];
    const denied = [
      'nope. A',
      'b.c. TXT',
      'x.y.wild. A',
      'x.here.wild. A',
      'insecure. DS',
      'none. A',
      '!. A',
    ];
    const ask = (all: readonly string[][]): Promise<[string, string][]> =>
      Promise.all(
        all.map(async ([name = '', type = '']) => [`${name} ${type}`, await delv(`${name}${ZONE}`, type)]),
      );
    for (const [asked, said] of await ask(good))
      t.match(said, /^; fully validated/m, `${algorithm} ${asked}`);
    for (const [asked, said] of await ask(denied.map((each) => each.split(' '))))
      t.match(said, /^; negative response, fully validated/m, `${algorithm} ${asked}`);

    const dump = await walk(server.port);
    const verify = async (lines: readonly string[]) => {
      await home.write('dump', `${lines.join('\n')}\n`);
      return run('ldns-verify-zone', [join(home.dir, 'dump')]);
    };
    t.same(await verify(dump), { code: 0, said: 'Zone is verified and complete\n' }, algorithm);
    const without = dump.filter((line) => !/^n2\.many.*\sRRSIG\s+TXT\s/.test(line));
    t.match(await verify(without), { said: /n2\.many/ }, 'and it says so where it is not');
    await server.stop();
  }
});

t.test(
  'a challenge is in the chain when it is said to be served',
  { skip: missingProgram(TOOLS) },
  async (t) => {
    const { home, server } = await startSigned(t, 'ecdsa-p256');
    const name = `_acme-challenge.dl.${ZONE}`;
    const denial = await dig(server.port, name, 'TXT');
    t.notMatch(denial, [/\sTXT\s/]);
    const body = JSON.stringify({ name, token: 'tok', lasts: 3_600_000 });
    const { status, body: said } = await server.request('POST', '/challenge/add', body);
    t.same([status, JSON.parse(said).negative_ttl], [200, 60]);
    const lines = await dig(server.port, name, 'TXT');
    t.match(lines, [/\s1\s+IN\s+TXT\s+"tok"/, /\s1\s+IN\s+RRSIG\s+TXT 13 4 1 /]);
    await home.write('dump', `${(await walk(server.port)).join('\n')}\n`);
    t.match(await run('ldns-verify-zone', [join(home.dir, 'dump')]), { code: 0 });
    const report = await server.status();
    const left = Date.parse(report.zones[0]?.signed_until ?? '') - Date.now();
    t.ok(left > 6 * 86_400_000, `${left} ms`);
  },
);

t.test('explain says what is answered where nobody can be, which no denial may say', async (t) => {
  const { server } = await startSigned(t, 'ecdsa-p256');
  const client = await udpClient(t, server);
  t.equal((await server.run('disable', 'one', '--reason', 'moving', '--force')).code, 0);
  for (const [name, rcode, said] of [
    [`dl.${ZONE}`, 2, /^no mirror is answered, but SERVFAIL \(no mirror is for this client\)$/m],
    [`none.${ZONE}`, 0, /^no mirror is answered: the answer is empty \(NODATA\)$/m],
  ] as const) {
    t.equal(((await client.ask({ name })).flags ?? 0) & 15, rcode, name);
    t.match((await server.run('explain', name, '--from', '192.0.2.1')).stdout, said);
  }
});
