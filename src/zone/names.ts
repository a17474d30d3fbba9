/**
 * Domain names in zone files. Labels are letters, digits, hyphens and underscores. Names of hosts, services and pools need
 * no more, and an operator can check text without escapes by eye. Names are returned in lower case, absolute, without the
 * trailing dot; the root is ''.
 */
import { isIP } from 'node:net';
import { domainToASCII } from 'node:url';
import type { TextFault } from './text-fault.js';

/** An absolute name, with or without trailing dot. */
export function readName(text: string): string | TextFault {
  if (isIP(text) !== 0) return { fault: `"${text}" is an address, expected a name such as ns1.example.org` };
  const name = text.endsWith('.') ? text.slice(0, -1) : text;
  if (name === '') return { fault: `"${text}" is not a name, expected one such as ns1.example.org` };
  return checkName(text, name.toLowerCase());
}

/** The exchange of an MX or the target of an SRV record: a name, or "." for "no such service" (RFC 7505, RFC 2782). */
export function readServiceTarget(text: string): string | TextFault {
  return text === '.' ? '' : readName(text);
}

/** The mailbox of a SOA record, its "@" written as a dot (RFC 1035 §3.3.13). */
export function readMailbox(text: string): string | TextFault {
  const [user, host, ...more] = text.split('@');
  if (host === undefined) return readName(text);
  if (user === undefined || user === '' || host === '' || more.length > 0 || user.includes('.')) {
    return { fault: `"${text}" has an "@", expected a name such as hostmaster.example.org` };
  }
  return { fault: `"${text}" has an "@": write ${user}.${host}, the mailbox as a name` };
}

/**
 * Makes an owner name in a zone file, which is relative to the zone, absolute; "@" is the zone itself. If `wildcard` is
 * set, a `*` may be the leftmost label. Without a `zone` (because its own name is wrong) only the labels are checked.
 */
export function readOwner(text: string, zone: string | undefined, wildcard: boolean): string | TextFault {
  if (text === '@') return zone ?? '';
  const lower = text.toLowerCase();
  if (lower === '' || lower.endsWith('.')) {
    return {
      fault: `"${text}" is not a name relative to the zone, expected one such as "www", or "@" for the zone`,
    };
  }
  if (zone !== undefined && isWithin(lower, zone)) {
    const relative = lower === zone ? '@' : lower.slice(0, -zone.length - 1);
    return {
      fault: `"${text}" would be ${lower}.${zone}: owner names are relative to the zone, write "${relative}"`,
    };
  }
  const labels = lower.startsWith('*.') ? lower.slice(2) : lower;
  if (lower === '*' || labels !== lower) {
    if (!wildcard) return { fault: `a pool can't be a wildcard ("${text}"): give it a name` };
    if (lower === '*') return zone === undefined ? '*' : `*.${zone}`;
  }
  const checked = checkName(text, labels);
  if (typeof checked !== 'string') return checked;
  const absolute = zone === undefined ? lower : `${lower}.${zone}`;
  return checkLength(text, absolute) ?? absolute;
}

/** Whether a name is `zone` or below it. Both absolute, lower case, without trailing dot. */
export function isWithin(name: string, zone: string): boolean {
  return name === zone || name.endsWith(`.${zone}`);
}

/** Octets of a name on the wire: one length octet before each label, and one for the root (RFC 1035 §3.1). */
export function wireLength(name: string): number {
  return name === '' ? 1 : name.length + 2;
}

function checkName(text: string, name: string): string | TextFault {
  for (const label of name.split('.')) {
    const fault = labelFault(label);
    if (fault !== undefined) return { fault: `"${text}" is not a name: ${fault}${asciiHint(text)}` };
  }
  return checkLength(text, name) ?? name;
}

function checkLength(text: string, name: string): TextFault | undefined {
  const octets = wireLength(name);
  if (octets <= 255) return undefined;
  return { fault: `"${shorten(text)}" is too long: the whole name takes ${octets} octets, the most is 255` };
}

function labelFault(label: string): string | undefined {
  if (label === '') return 'a label is empty (two dots, or one at the start)';
  if (label.length > 63) return `the label "${shorten(label)}" has ${label.length} octets, the most is 63`;
  const wrong = /[^a-z0-9_-]/u.exec(label)?.[0];
  if (wrong !== undefined) {
    return `"${wrong}" is not allowed in it, expected letters, digits, "-" and "_"`;
  }
  if (label.startsWith('-') || label.endsWith('-')) return `the label "${label}" starts or ends with "-"`;
  return undefined;
}

/** Names in other scripts have an ASCII form, which is the one used in DNS. */
function asciiHint(text: string): string {
  // biome-ignore lint/suspicious/noControlCharactersInRegex: all of ASCII is meant
  if (/^[\x00-\x7f]*$/.test(text)) return '';
  const ascii = domainToASCII(text);
  return ascii === '' ? '' : `; write ${ascii}`;
}

function shorten(text: string): string {
  return text.length > 40 ? `${text.slice(0, 37)}...` : text;
}
