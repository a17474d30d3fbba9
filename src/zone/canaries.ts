/**
 * Canaries: addresses that should always answer, so that their silence points to this host's network and not to any
 * mirror. For `192.0.2.1:443`, a connection is opened. For a URL, any response counts as an answer, whatever its status.
 */
import { parseAddress } from '../ip/address.js';
import { readServerAddress } from './addresses.js';
import type { Canary } from './model.js';
import { readName } from './names.js';
import { isTextFault, type TextFault } from './text-fault.js';

const PORTS: Readonly<Record<string, number>> = { 'http:': 80, 'https:': 443 };

export function readCanary(text: string): Canary | TextFault {
  return /^[a-z][a-z0-9+.-]*:\/\//i.test(text) ? readUrl(text) : readEndpoint(text);
}

function readEndpoint(text: string): Canary | TextFault {
  const [, bracketed, plain, digits] = /^(?:\[([^\]]*)\]|([^:]*)):(\d{1,5})$/.exec(text) ?? [];
  const port = Number(digits);
  const host = parseAddress(bracketed ?? plain ?? '');
  const fits = host !== null && (host.family === 'ipv6') === (bracketed !== undefined);
  if (!fits || port === 0 || port > 65_535) {
    return {
      fault: `"${text}" is not a canary, expected ADDRESS:PORT such as 192.0.2.1:443 or [2001:db8::1]:443, or a URL`,
    };
  }
  const address = readServerAddress(host.text);
  return isTextFault(address)
    ? address
    : { text, type: 'tcp', host: address.text, family: address.family, port };
}

function readUrl(text: string): Canary | TextFault {
  const url = URL.canParse(text) ? new URL(text) : undefined;
  const port = PORTS[url?.protocol ?? ''];
  if (url === undefined || port === undefined || url.username !== '' || url.hash !== '') {
    return { fault: `"${text}" is not a canary, expected a URL such as https://canary.example/` };
  }
  const name = url.hostname.replace(/^\[|\]$/g, '');
  const literal = parseAddress(name);
  const host = literal === null ? readName(name) : readServerAddress(name);
  if (isTextFault(host)) return host;
  return {
    text,
    type: url.protocol === 'https:' ? 'https' : 'http',
    host: typeof host === 'string' ? host : host.text,
    ...(typeof host !== 'string' && { family: host.family }),
    port: url.port === '' ? port : Number(url.port),
    path: `${url.pathname}${url.search}`,
  };
}
