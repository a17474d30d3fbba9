/**
 * UDP in batches: a thread that does nothing but receive many datagrams with one call, answer them in place, and send the
 * answers with another. It blocks in the first call, so it has no event loop. Messages come over a port that it reads when a
 * counter in shared memory changes.
 */
import { type MessagePort, parentPort, receiveMessageOnPort } from 'node:worker_threads';
import { prefetch, useSlot } from '../answer/prefetch.js';
import { newPrefetched } from '../answer/prefetched.js';
import { respond } from '../answer/respond.js';
import { adoptPolicy, adoptTable, newResponder, setPeer } from '../answer/responder.js';
import { count, TALLY } from '../answer/tally.js';
import { systemClock } from '../platform/clock.js';
import { errorName, LINUX, loadLibc } from '../platform/libc.js';
import { secureRandom } from '../platform/random.js';
import { raisePriority } from '../platform/thread-priority.js';
import {
  answerLength,
  BATCH,
  clientAt,
  clientPort,
  forgetInterface,
  headerAddress,
  makeRoom,
  newBatch,
  newMessages,
  packetAt,
  receivedLength,
  setAnswerLength,
} from './batch.js';
import { answerHeartbeat } from './heartbeat.js';
import { type BatchedStart, type FromWorker, SIGNAL, type ToWorker } from './messages.js';
import { shrink } from './shrink.js';
import { isUnanswerableSource, newSourceGuard } from './sources.js';
import { askForShortSlice } from './time-slice.js';
import { awaitStart } from './worker-start.js';

const port = parentPort;
if (port === null) throw new Error('udp-batched-worker.js is started as a worker thread');
const started = awaitStart<BatchedStart & { news: MessagePort }>(port);
const libc = await loadLibc();
if ('unavailable' in libc) throw new Error(libc.unavailable);
const { socket, siblings, table, policy, counters, heartbeat, nice, signals, news } = await started;
raisePriority(nice);
const { recvmmsg, sendmmsg, errno } = libc;
askForShortSlice(libc);
const { fd, ipv6, wildcard } = socket;
const random = secureRandom();
const prefetched = newPrefetched(BATCH);
const responder = newResponder(table, random, counters, policy, prefetched);
const batch = newBatch(libc.addressOf, socket);
const messages = newMessages(ipv6);
const guard = newSourceGuard([socket.endpoint, ...siblings]);
let newsRead = 0;
/**
 * The port for news is read once per this many batches even if nothing has come. If the loop had never made that call when
 * it was compiled, the first one would discard the machine code, at the very moment when there is a new generation to answer
 * from.
 */
const BATCHES_WITHOUT_A_LOOK = 1024;

/** Nothing came within the receive timeout, or a signal came first. */
const EAGAIN = 11;
const EINTR = 4;
/** The answer is larger than the interface towards the client takes. */
const EMSGSIZE = 90;

function readNews(): void {
  newsRead = Atomics.load(signals, SIGNAL.NEWS);
  for (let found = receiveMessageOnPort(news); found !== undefined; found = receiveMessageOnPort(news)) {
    const message: ToWorker = found.message;
    if (message.kind === 'table') adoptTable(responder, message.table, message.hits);
    else if (message.kind === 'policy') adoptPolicy(responder, message.policy);
  }
}

/** Answers the first `filled` slots, and sends them in as few calls as the unanswered slots between them allow. */
function answerBatch(filled: number): void {
  if (!ipv6) {
    const { starts, ends } = messages;
    for (let slot = 0; slot < filled; slot++) {
      ends[slot] = (starts[slot] ?? 0) + Math.max(0, receivedLength(batch, slot));
    }
    prefetch(batch.view, messages, filled, prefetched, responder);
  }
  let first = 0;
  for (let slot = 0; slot < filled; slot++) {
    const length = receivedLength(batch, slot);
    let answered = 0;
    const client = clientAt(slot, ipv6);
    // An answer to port 0 would also end the batch.
    if (length >= 0 && !isUnanswerableSource(guard, batch.bytes, client, ipv6, clientPort(batch, slot))) {
      setPeer(responder, batch.bytes, client, ipv6);
      useSlot(slot, prefetched, responder);
      answered = respond(batch.view, packetAt(slot), length, false, responder);
    } else count(counters.tally, TALLY.DROPPED);
    if (answered === 0) {
      send(first, slot);
      first = slot + 1;
      continue;
    }
    setAnswerLength(batch, slot, answered);
    if (wildcard) forgetInterface(batch, slot, ipv6);
  }
  send(first, filled);
}

/**
 * Sends the slots from `first` up to but not including `end`, without waiting: otherwise a client that forges queries from
 * neighbours that do not exist would make the others wait with them. An answer that the kernel refuses is lost, as datagrams
 * are.
 */
function send(first: number, end: number): void {
  let at = first;
  while (at < end) {
    const sent = sendmmsg(fd, headerAddress(batch, at), end - at, LINUX.MSG_DONTWAIT);
    if (sent > 0) {
      // A short count says which datagram could not be sent, but not why; the next call does.
      at += sent;
    } else if (errno() !== EMSGSIZE || !shrinkAnswer(at)) {
      count(counters.tally, TALLY.SEND_ERRORS);
      at++;
    }
  }
}

/** Makes the answer in a slot smaller; returns whether that was possible. */
function shrinkAnswer(slot: number): boolean {
  const length = answerLength(batch, slot);
  const left = shrink(batch.view, packetAt(slot), length, counters.tally);
  setAnswerLength(batch, slot, left);
  return left < length;
}

function serve(): void {
  for (let batches = 0; ; batches = (batches + 1) % BATCHES_WITHOUT_A_LOOK) {
    const received = recvmmsg(fd, batch.address, BATCH, LINUX.MSG_WAITFORONE, 0);
    if (received > 0) {
      // Read here and not before the call, which may have waited long: once a generation is published, no client is answered
      // from the one before.
      if (Atomics.load(signals, SIGNAL.NEWS) !== newsRead || batches === 0) readNews();
      responder.now = systemClock.now();
      responder.monotonic = systemClock.monotonic();
      answerBatch(received);
      makeRoom(batch, received);
    } else {
      const error = errno();
      if (error !== EAGAIN && error !== EINTR) throw new Error(`receiving fails: ${errorName(error)}`);
      // A worker that gets no queries must not hold a generation back, nor make its next answer wait for all the news it has
      // missed.
      if (Atomics.load(signals, SIGNAL.NEWS) !== newsRead) readNews();
    }
    answerHeartbeat(heartbeat);
    if (Atomics.load(signals, SIGNAL.STOP) !== 0) return;
  }
}

port.postMessage({ kind: 'listening', endpoints: [socket.endpoint] } satisfies FromWorker);
serve();
news.close();
port.close();
