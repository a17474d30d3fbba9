/**
 * The connections of one thread that answers over streams: who may stay how long is decided in tcp-admission.ts; here are
 * the sockets and the time. A client that does not read is not read from. What carries a connection's octets may be another
 * socket than the one that was let in: one that decrypts them.
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
  /** Lets a connection in, which has time for a first query from now on; it makes room by cutting others. */
  admit(socket: Socket, address: Address): void;
  /** Gives it as long as a query may take to come whole for something else that it does first. */
  prepare(socket: Socket): void;
  /** Answers the queries that come over `carrier`, by default the socket itself. */
  serve(socket: Socket, address: Address, carrier?: Socket): void;
  /** Ends all of them, with a little time for what is under way. */
  stop(): void;
}

/** Octets that may wait for a client to read them before it is read from no more. */
const QUEUED = 1 << 15;
/** Milliseconds from one look for connections whose time is over to the next. */
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

/** None yet; queries are answered by this responder, and all is counted in its tally. */
export function openTcpConnections(responder: Responder, limits: TcpLimits): TcpConnections {
  const { tally } = responder;
  // RFC 7828 §3.1: in tenths of a second.
  responder.keepalive = Math.round(limits.idle / 100);
  const room = newPacketBuffer(REPLY_ROOM);
  /** Those that are open, and what carries each. */
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
    // What waits for somebody who does not take it would stay with the kernel for minutes after an orderly end.
    if (why === 'slow' || why === 'unread') connection.resetAndDestroy();
    else if (carrier !== connection && carrier.writableLength === 0) {
      // RFC 7858 §3.4, RFC 9539 §3.4: an end that is announced is none that somebody on the way made (RFC 8446 §6.1).
      carrier.destroySoon();
      setTimeout(() => connection.destroy(), GRACE).unref();
    } else connection.destroy();
  }

  /** Looks for connections whose time is over for as long as there are any at all. */
  function sweepSoon(): void {
    if (sweeping) return;
    sweeping = true;
    setTimeout(() => {
      sweeping = false;
      for (const leaving of admission.overdue(time.look())) cut(leaving);
      if (carriers.size > 0) sweepSoon();
    }, SWEEP_EVERY).unref();
  }

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
      // A connection that breaks is the client's affair; 'close' follows.
      carrier.on('error', () => count(tally, TALLY.SEND_ERRORS));
      /** Answered no more until it has taken what is there: it can't make the server hold more for it. */
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
        responder.now = systemClock.now();
        responder.monotonic = systemClock.monotonic();
        setPeer(responder, bytes, 0, family === 'ipv6');
        const { outcome, whole } = takeOctets(stream, octets, responder, room, write);
        waits = outcome === 'full';
        noteState(whole);
        if (outcome === 'broken') {
          // Whatever it says from now on is not heard.
          carrier.off('data', take).resume();
          carrier.destroySoon();
        } else if (waits) carrier.pause();
        else if (ended) carrier.end();
        else carrier.resume();
      };
      // What it did until now is done.
      noteState(true);
      carrier.on('data', take);
      // A client that has sent all it has to send still gets its answers (RFC 7766 §6.2.3).
      carrier.on('end', () => {
        ended = true;
        if (!waits) carrier.end();
      });
    },
    stop() {
      for (const carrier of carriers.values()) {
        carrier.end();
        carrier.setTimeout(GRACE, () => carrier.destroy());
      }
    },
  };
}
