/**
 * What a second of CPU time is good for over TLS: queries over twenty connections that are kept open, with dnsperf, and
 * handshakes one after the other, with OpenSSL's own program.
 */
import { chmodSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { makeCertificate } from '../../server/tls-certificate.js';
import { askOverStream } from '../dnsperf.js';
import { grouped, SPREAD_HEAD, spreadCells, table } from '../markdown.js';
import type { Section } from '../part.js';
import { cpuSeconds } from '../process-figures.js';
import { makeGeopoolHome, startGeopool } from '../servers/geopool.js';
import { isInstalled } from '../servers/lineup.js';
import { startUnbound, type TlsFiles, type TlsServer } from '../servers/unbound.js';
import { POOL_NAME } from '../six-mirrors.js';
import { CLIENT_CORE, type Stage } from '../stage.js';
import { spreadOf } from '../statistics.js';
import { ratioOf, takeTurns } from '../turns.js';

const TITLE = 'TLS: queries and handshakes per second of server CPU';
/** What is measured, and how. */
const MEASURES: readonly (readonly [
  what: string,
  measure: (stage: Stage, server: TlsServer, questions: string) => Promise<number>,
])[] = [
  ['queries', (stage, server, questions) => askOverStream(stage, server, 'dot', server.tlsPort, questions)],
  ['handshakes', (stage, server) => handshakes(stage, server, '-new')],
  ['resumed handshakes', (stage, server) => handshakes(stage, server, '-reuse')],
];

export async function measureTls(stage: Stage): Promise<Section> {
  const missing = ['dnsperf', 'openssl', 'unbound'].filter((program) => !isInstalled(program));
  if (missing.length > 0) {
    return {
      title: TITLE,
      blocks: [`Left out: ${missing.join(', ')} not installed (the packages are called so).`],
    };
  }
  stage.say('TLS');
  const questions = join(stage.directory, 'questions');
  writeFileSync(questions, `${POOL_NAME} A\n`);
  const files = writeFiles(stage);
  const servers: TlsServer[] = [];
  try {
    const home = makeGeopoolHome(stage, { tls: { ...files, port: stage.nextPort() } });
    const geopool = { ...(await startGeopool(stage, home)), tlsPort: home.tlsPort };
    servers.push(geopool);
    const unbound = await startUnbound(stage, files);
    servers.push(unbound);
    const ratios: string[][] = [];
    const absolute: string[][] = [];
    for (const [what, measure] of MEASURES) {
      // What is compiled while it runs has been.
      await measure(stage, geopool, questions);
      const figures = await takeTurns(stage.options.rounds, servers, (server) =>
        measure(stage, server, questions),
      );
      ratios.push([what, ...spreadCells(ratioOf(figures, geopool, unbound), 2)]);
      absolute.push([what, ...servers.map((server) => grouped(spreadOf(figures.get(server) ?? []).median))]);
    }
    return {
      title: TITLE,
      blocks: [
        'TLS 1.3 with a P-256 certificate; queries by dnsperf with 20 connections and 1,000 under way, handshakes by `openssl s_time`, resumed ones of TLS 1.2; geopool by unbound with the same records, of the same round:',
        table(['geopool by unbound', ...SPREAD_HEAD], ratios),
        'Medians per CPU second:',
        table(['', ...servers.map(({ name }) => name)], absolute),
      ],
    };
  } finally {
    await Promise.all(servers.map((server) => server.stop()));
  }
}

function writeFiles({ directory }: Stage): TlsFiles {
  const files = { certificate: join(directory, 'tls.crt'), key: join(directory, 'tls.key') };
  const made = makeCertificate();
  writeFileSync(files.certificate, made.certificate);
  writeFileSync(files.key, made.key);
  chmodSync(files.key, 0o600);
  return files;
}

async function handshakes(
  { options, processes }: Stage,
  { name, tlsPort, pid }: TlsServer,
  kind: '-new' | '-reuse',
): Promise<number> {
  const seconds = Math.max(1, Math.round(options.seconds));
  const before = cpuSeconds(pid);
  // Of TLS 1.3 it can't resume: tickets come after the handshake, and it does not wait.
  const version = kind === '-new' ? '-tls1_3' : '-tls1_2';
  const report = await processes.run(
    'openssl',
    ['s_time', '-connect', `127.0.0.1:${tlsPort}`, version, kind, '-time', `${seconds}`],
    CLIENT_CORE,
  );
  const used = cpuSeconds(pid) - before;
  const [, made = ''] = /^(\d+) connections in \d+ real seconds/m.exec(report) ?? [];
  if (Number(made) === 0) throw new Error(`${name} made no handshake`);
  return Number(made) / used;
}
