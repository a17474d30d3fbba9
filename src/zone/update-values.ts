/**
 * The values that say how databases are fetched, as geopool.yaml and the environment of geoipupdate have them.
 */
import { parseUrl } from '../url.js';
import type { TextFault } from './text-fault.js';

/** MaxMind's number of an account, as text. */
export function readAccountId(text: string): string | TextFault {
  if (/^[1-9]\d{0,15}$/.test(text)) return text;
  return { fault: `"${text}" is not an account id, expected a number` };
}

/** The name of a database; it becomes part of a URL and the name of a file. */
export function readEdition(text: string): string | TextFault {
  if (/^[A-Za-z0-9][A-Za-z0-9-]{0,63}$/.test(text)) return text;
  return { fault: `"${text}" is not the name of a database, expected one such as GeoLite2-City` };
}

/** Five fields of a cron expression; what they mean is decided by who runs it. */
export function readSchedule(text: string): string | TextFault {
  const fields = text.trim().split(/\s+/);
  if (fields.length === 5 && fields.every((field) => /^[0-9a-z*,/?#-]+$/i.test(field)))
    return fields.join(' ');
  const expected = 'five fields (minute, hour, day, month, weekday) such as "23 4 * * *"';
  return { fault: `"${text}" is not a schedule, expected ${expected}` };
}

/** The base URL to fetch from, without a trailing slash; a bare host name means https. */
export function readUpdateHost(text: string): string | TextFault {
  const address = /^[a-z][a-z0-9+.-]*:\/\//i.test(text) ? text : `https://${text}`;
  const url = parseUrl(address);
  const web = url?.protocol === 'https:' || url?.protocol === 'http:';
  if (url === undefined || !web || url.username !== '' || url.search !== '' || url.hash !== '') {
    return {
      fault: `host "${hidePassword(text)}" is not one, expected a URL such as https://updates.maxmind.com`,
    };
  }
  return url.href.replace(/\/+$/, '');
}

function hidePassword(text: string): string {
  return text.replace(/^([^/]*\/\/)?[^@/]*@/, '$1...@');
}
