/**
 * Asks as many questions a second as it is told, evenly, until its standard input ends; then says in JSON how many were
 * answered and how long the slowest one waited. A process of its own, so that it can be in another network namespace, and
 * that nothing else holds it up.
 */
import { createSocket } from 'node:dgram';
import { queryOctets } from '../e2e/dns-client.js';

const [port = 53, rate = 5000] = process.argv.slice(2).map(Number);
/** Several, so that all threads of the server have something to do. */
const SOCKETS = 8;
/** Milliseconds in which the last answers may come. */
const PATIENCE = 3000;

const sockets = Array.from({ length: SOCKETS }, () =>
  createSocket({ type: 'udp4', recvBufferSize: 1 << 22 }),
);
/** When each question was sent that has no answer yet, by its number. */
const pending = new Map<number, number>();
let [sent, answered, wrong, slowest] = [0, 0, 0, 0];

for (const [index, socket] of sockets.entries()) {
  await new Promise<void>((resolve) => socket.connect(port, '127.0.0.1', resolve));
  socket.on('message', (octets) => {
    const number = octets.readUInt16BE(0);
    const since = pending.get(number);
    if (since === undefined || number % SOCKETS !== index) return;
    pending.delete(number);
    answered++;
    if ((octets[3] ?? 0) & 15 || octets.readUInt16BE(6) === 0) wrong++;
    slowest = Math.max(slowest, performance.now() - since);
  });
  // Where nobody listens the kernel says so; the question has no answer then, which is counted.
  socket.on('error', () => undefined);
}

const began = performance.now();
const timer = setInterval(() => {
  const due = Math.floor(((performance.now() - began) / 1000) * rate);
  for (; sent < due; sent++) {
    const number = sent % 65536;
    pending.set(number, performance.now());
    sockets[number % SOCKETS]?.send(queryOctets({ name: 'dl.example.org' }, number));
  }
}, 2);

process.stdin.resume().once('end', () => {
  clearInterval(timer);
  setTimeout(() => {
    const [lost, waited] = [sent - answered, Math.round(slowest)];
    process.stdout.write(`${JSON.stringify({ sent, answered, wrong, lost, slowest: waited })}\n`);
    process.exit(0);
  }, PATIENCE);
});
