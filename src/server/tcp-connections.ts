/**
 * The connections of one thread that answers over TCP or TLS. tcp-admission.ts decides which may stay, and how long; this
 * file has the sockets and the timers. If a client does not read its answers, the server does not read its queries. The
 * octets of a connection may go through another socket than the accepted one: one that decrypts them.
 */
import type { Socket } from 'node:net';
import { type Responder, setPeer } from '../answer/responder.js';
import { count, TALLY } from '../answer/tally.js';
import type { Address } from '../ip/address.js';
import { systemClock } from '../platform/clock.js';
import { createFairClock } from './fair-clock.js';
import { newPacketBuffer } from './packet-buffer.js';
import { type ClosedConnection, type CloseReason, createAdmission, type TcpLimits } from './tcp-admission.js';
import { newTcpStream, REPLY_ROOM, takeOctets } from './tcp-stream.js';

export interface TcpConnections {
  /** Admits a connection, which has time for a first query from now on. Cuts others if it needs room. */
  admit(socket: Socket, address: Address): void;
  /** Gives a connection as long as a whole query may take, for a step before its first query (a handshake). */
  prepare(socket: Socket): void;
  /** Answers the queries that come over `carrier`, by default the socket itself. */
  serve(socket: Socket, address: Address, carrier?: Socket): void;
  /** Ends all connections, with a little time for what is under way. */
  stop(): void;
}

/** Octets that may wait for a client to read them before the server stops reading from it. */
const QUEUED = 1 << 15;
/** Milliseconds between two checks for connections whose time is over. */
const SWEEP_EVERY = 100;
const NOTHING = Buffer.alloc(0);
/** Milliseconds that open connections have for what is under way when the worker is told to stop. */
const GRACE = 1000;

const CUT: Readonly<Record<CloseReason, number>> = {
  idle: TALLY.TCP_IDLE,
  slow: TALLY.TCP_SLOW,
  unread: TALLY.TCP_UNREAD,
  crowded: TALLY.TCP_CROWDED,
  'network-crowded': TALLY.TCP_NETWORK_CROWDED,
};

/** No connections yet. Queries are answered by this responder, and everything is counted in its tally. */
export function openTcpConnections(responder: Responder, limits: TcpLimits): TcpConnections {
  const { tally } = responder;
  // RFC 7828 §3.1: in tenths of a second.
  responder.keepalive = Math.round(limits.idle / 100);
  const room = newPacketBuffer(REPLY_ROOM);
  /** The open connections, and the carrier of each. */
  const carriers = new Map<Socket, Socket>();
  const admission = createAdmission<Socket>(limits);
  const time = createFairClock(systemClock, SWEEP_EVERY);
  let sweeping = false;

  function countOpen(): void {
    tally[TALLY.TCP_OPEN] = carriers.size;
  }

  function cut({ connection, why }: ClosedConnection<Socket>): void {
    count(tally, CUT[why]);
    const carrier = carriers.get(connection) ?? connection;
    // After an orderly close, unsent data for a client that does not read would stay in the kernel for minutes.
    if (why === 'slow' || why === 'unread') connection.resetAndDestroy();
    else if (carrier !== connection && carrier.writableLength === 0) {
      // RFC 7858 §3.4, RFC 9539 §3.4: with a close alert the client knows that no attacker cut the connection (RFC 8446
      // §6.1).
      carrier.destroySoon();
      setTimeout(() => connection.destroy(), GRACE).unref();
    } else connection.destroy();
  }

  /** Checks for connections whose time is over, as long as there are any connections. */
  function sweepSoon(): void {
    if (sweeping) return;
    sweeping = true;
    setTimeout(() => {
      sweeping = false;
      for (const leaving of admission.overdue(time.look())) cut(leaving);
      if (carriers.size > 0) sweepSoon();
    }, SWEEP_EVERY).unref();
  }

  // A thread that takes a dead one's place counts on in its counters, and has none of its connections.
  countOpen();
  return {
    admit(socket, { bytes }) {
      count(tally, TALLY.TCP_OPENED);
      for (const leaving of admission.admit(socket, bytes, time.now())) cut(leaving);
      carriers.set(socket, socket);
      countOpen();
      sweepSoon();
      socket.setNoDelay(true);
      socket.on('close', () => {
        admission.leave(socket);
        carriers.delete(socket);
        countOpen();
      });
    },
    prepare: (socket) => admission.note(socket, 'sending', false, time.now()),
    serve(socket, { bytes, family }, carrier = socket) {
      carriers.set(socket, carrier);
      const stream = newTcpStream();
      // A broken connection is the client's affair; 'close' follows.
      carrier.on('error', () => count(tally, TALLY.SEND_ERRORS));
      /**
       * True: the client gets no more answers until it has read those that wait. It can't make the server hold more for it.
       */
      let waits = false;
      let ended = false;
      const noteState = (whole: boolean): void => {
        const state = carrier.writableLength > 0 ? 'reading' : stream.held > 0 ? 'sending' : 'idle';
        admission.note(socket, state, whole, time.now());
      };
      const onWritten = (): void => {
        if (carrier.writableLength > 0 || carrier.destroyed) return;
        if (waits) take(NOTHING);
        else noteState(false);
      };
      const write = (reply: Buffer): boolean => {
        carrier.write(reply, onWritten);
        return carrier.writableLength <= QUEUED;
      };
      const take = (octets: Buffer): void => {
        // It was told of the end when the worker was. A write after that would throw away answers that are on their way.
        if (carrier.writableEnded) return;
        responder.now = systemClock.now();
        responder.monotonic = systemClock.monotonic();
        setPeer(responder, bytes, 0, family === 'ipv6');
        const { outcome, whole } = takeOctets(stream, octets, responder, room, write);
        waits = outcome === 'full';
        noteState(whole);
        if (outcome === 'broken') {
          // Its further data is discarded.
          carrier.off('data', take).resume();
          carrier.destroySoon();
        } else if (waits) carrier.pause();
        else if (ended) carrier.end();
        else carrier.resume();
      };
      // Anything before this, a handshake for instance, is complete.
      noteState(true);
      carrier.on('data', take);
      // A client that has sent all it has to send still gets its answers (RFC 7766 §6.2.3).
      carrier.on('end', () => {
        ended = true;
        if (!waits) carrier.end();
      });
    },
    stop() {
      for (const carrier of carriers.values()) carrier.end();
      // Whatever a client still sends or reads.
      setTimeout(() => {
        for (const carrier of carriers.values()) carrier.destroy();
      }, GRACE).unref();
    },
  };
}
