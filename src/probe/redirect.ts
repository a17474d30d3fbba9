/**
 * Where a redirect leads, and whether that is still the mirror. A mirror that sends its clients elsewhere serves nothing
 * itself, however well the other host works. One that redirects from http to https on itself does serve.
 */

import type { Address } from '../ip/address.js';
import { parseAddress } from '../ip/address.js';
import { type Admitted, strayKind } from '../ip/special-purpose.js';
import { parseUrl } from '../platform/url.js';
import type { Redirects } from '../zone/http-probe-keys.js';
import type { ResponseHead } from './http-response.js';
import { type ProbeFailure, quoted, statusText } from './probe-error.js';
import type { Resolver, Unresolved } from './resolve.js';

/** A resource, and the address at which it is requested. */
export interface ProbedResource {
  readonly type: 'http' | 'https';
  /** A name, or an address without brackets. */
  readonly host: string;
  readonly port: number;
  /** Path and query. */
  readonly path: string;
  readonly address: Address;
}

/** The mirror that was asked first. */
export interface Origin {
  readonly address: Address;
  /** All names of this mirror: the pool's and its own. */
  readonly names: readonly string[];
  /** Special-purpose addresses that its redirects may lead to. */
  readonly admitted: Admitted;
}

/** No client of a mirror would follow more. */
export const MAX_REDIRECTS = 5;

const REDIRECTS = [301, 302, 303, 307, 308];
const PORTS = { http: 80, https: 443 } as const;

export function isRedirect(status: number): boolean {
  return REDIRECTS.includes(status);
}

/**
 * The place that the answer `head` from the last of `before` redirects to, or what is wrong with it. `before` lists all
 * places since the first. Does not reject, and ends once `signal` aborts.
 */
export async function followRedirect(
  head: ResponseHead,
  before: readonly ProbedResource[],
  rule: Exclude<Redirects, 'none'>,
  origin: Origin,
  resolver: Resolver,
  signal: AbortSignal,
): Promise<ProbedResource | ProbeFailure> {
  const from = before[before.length - 1];
  const location = head.headers.get('location');
  if (from === undefined || location === undefined || location === '') {
    return { error: `${statusText(head.status)} that does not say where to` };
  }
  const target = readTarget(location, from);
  if (target === undefined) {
    return { error: `redirects to "${quoted(location)}", which is not an address of http or https` };
  }
  if (from.type === 'https' && target.type === 'http' && rule !== 'follow') {
    return { error: `redirects to ${urlOf(target)}, from https back to http` };
  }
  const address = await addressOf(target.host, rule, origin, resolver, signal);
  if ('error' in address) return { ...address, error: `redirects to ${urlOf(target)}, ${address.error}` };
  const place = { ...target, address };
  const seen = before.findIndex((one) => fullUrlOf(one) === fullUrlOf(place));
  if (seen >= 0) {
    const circle = [...before.slice(seen), place].map((one) => urlOf(one)).join(' -> ');
    return { error: `redirects in a circle: ${quoted(circle)}` };
  }
  if (before.length > MAX_REDIRECTS)
    return { error: `more than ${MAX_REDIRECTS} redirects, the last to ${urlOf(place)}` };
  return place;
}

/** A place as a URL, for messages: cut off if it is long. */
export function urlOf(place: Omit<ProbedResource, 'address'>): string {
  return quoted(fullUrlOf(place));
}

function fullUrlOf({ type, host, port, path }: Omit<ProbedResource, 'address'>): string {
  const name = host.includes(':') ? `[${host}]` : host;
  return `${type}://${name}${port === PORTS[type] ? '' : `:${port}`}${path}`;
}

function readTarget(location: string, from: ProbedResource): Omit<ProbedResource, 'address'> | undefined {
  const base = `${from.type}://${from.host.includes(':') ? `[${from.host}]` : from.host}:${from.port}${from.path}`;
  const url = parseUrl(escapeOctets(location), base);
  if (url === undefined) return undefined;
  const type = url.protocol === 'https:' ? 'https' : url.protocol === 'http:' ? 'http' : undefined;
  if (type === undefined || url.hostname === '') return undefined;
  return {
    type,
    host: url.hostname.replace(/^\[|\]$/g, '').replace(/\.$/, ''),
    port: url.port === '' ? PORTS[type] : Number(url.port),
    path: url.pathname + url.search,
  };
}

/** Octets beyond ASCII, mostly UTF-8, are requested as they came. A URL would take each for a Latin-1 character. */
function escapeOctets(text: string): string {
  return text.replaceAll(/[\x80-\xff]/g, (octet) => `%${octet.charCodeAt(0).toString(16).toUpperCase()}`);
}

/** The address at which to ask a host: the mirror's if the host is the mirror, otherwise the host's if that is allowed. */
async function addressOf(
  host: string,
  rule: Exclude<Redirects, 'none'>,
  origin: Origin,
  resolver: Resolver,
  signal: AbortSignal,
): Promise<Address | ProbeFailure> {
  if (origin.names.includes(host)) return origin.address;
  const literal = parseAddress(host);
  if (literal !== null) {
    if (literal.text === origin.address.text) return origin.address;
    return rule === 'follow' ? anAdmitted([literal], origin) : { error: 'which is another host' };
  }
  // Asked in parallel with the name: once the time is up it is too late to ask.
  const answers = resolver.answers(signal);
  const { family } = origin.address;
  const found = await resolver.resolve(host, family, signal);
  if ('fault' in found) return whoseFault(found, answers);
  if (found.addresses.some(({ text }) => text === origin.address.text)) return origin.address;
  if (rule === 'same-mirror') return { error: 'which is another host' };
  if (found.addresses.length > 0) return anAdmitted(found.addresses, origin);
  const others = await resolver.resolve(host, family === 'ipv4' ? 'ipv6' : 'ipv4', signal);
  if ('fault' in others) return whoseFault(others, answers);
  return anAdmitted(others.addresses, origin);
}

/**
 * The first of a host's addresses that the mirror may lead to. Whoever controls the redirect or the name in it must not be
 * able to choose what is requested on this host and in its networks.
 */
function anAdmitted(addresses: readonly Address[], { admitted }: Origin): Address | ProbeFailure {
  const found = addresses.find((address) => strayKind(address, admitted) === undefined);
  const [first] = addresses;
  if (found !== undefined) return found;
  if (first === undefined) return { error: 'a name without addresses' };
  const kind = strayKind(first, admitted);
  return {
    error: `at ${first.text}, which is special-purpose (${kind}): special_addresses does not allow it`,
  };
}

/**
 * The mirror chose the host name, and the name's owner decides whether it resolves: its servers can stay silent for as long
 * as they like. Only a failure of this host's name servers for every name says nothing about the mirror.
 */
async function whoseFault({ fault, missing }: Unresolved, answers: Promise<boolean>): Promise<ProbeFailure> {
  if (missing) return { error: fault };
  if (await answers) return { error: fault, fault: 'unclear' };
  return { error: `${fault}, nor can any other name`, fault: 'ours' };
}
