/**
 * The key `http` of geopool.yaml: where browsers and programs can read status, metrics and health.
 */
import * as z from 'zod';
import type { FaultList } from './faults.js';
import { meaningful, oneOrMore } from './fields.js';
import { type ListenAddress, listenClashes, readListenAddress } from './listen-address.js';
import { readName } from './names.js';
import { isTextFault, type TextFault } from './text-fault.js';

export interface HttpConfig {
  /** Undefined: the program decides. Empty: nowhere. */
  readonly listen?: readonly ListenAddress[];
  /** Host names under which it may be requested, besides addresses and localhost. */
  readonly hosts: readonly string[];
}

const OFF = 'off';
/** The port that a message proposes if one is missing. */
const PORT = 5380;

/** Where to listen for HTTP: `HOST:PORT`, or `off`. */
export function readHttpListen(text: string): ListenAddress | typeof OFF | TextFault {
  if (text === OFF) return OFF;
  const address = readListenAddress(text, PORT);
  return isTextFault(address) ? { fault: `${address.fault}; "off" turns it off` } : address;
}

export const httpSchema = z
  .strictObject({
    listen: oneOrMore(meaningful(readHttpListen)).optional(),
    hosts: oneOrMore(meaningful(readName)).default([]),
  })
  .prefault({});

type HttpDraft = z.output<typeof httpSchema>;

/** Reports values that do not fit together. */
export function checkHttp({ listen = [] }: HttpDraft, faults: FaultList): void {
  const path = ['http', 'listen'];
  if (faults.has(path) && listen.length === 0 && !faults.isFaulty(path)) {
    faults.atKey(path, '"listen" is empty: name an address, write "off", or leave it out');
  }
  const off = listen.indexOf(OFF);
  if (off >= 0 && listen.length > 1) {
    faults.atValue([...path, off], '"off" beside addresses: write only one of them');
  }
  for (const { index, fault } of listenClashes(addressesOf(listen))) faults.atValue([...path, index], fault);
}

/** The config that the key makes. */
export function httpOf({ listen, hosts }: HttpDraft): HttpConfig {
  return { hosts, ...(listen !== undefined && { listen: addressesOf(listen) }) };
}

function addressesOf(listen: readonly (ListenAddress | typeof OFF)[]): readonly ListenAddress[] {
  return listen.filter((entry) => entry !== OFF);
}
