/**
 * The values that say how databases are fetched, as geopool.yaml and the environment of geoipupdate have them. Nothing
 * behind this checks them again: what `check` finds good, `serve` starts with.
 */
import { validateDetailed } from 'node-cron';
import { parseUrl } from '../platform/url.js';
import type { TextFault } from './text-fault.js';

/** In the sample configuration of geoipupdate: many still have it, and the service answers it with a bare 401. */
const PLACEHOLDER_ID = '999999';

/** MaxMind's number of an account, as text. */
export function readAccountId(text: string): string | TextFault {
  if (text === PLACEHOLDER_ID) {
    return { fault: `"${text}" is a placeholder, expected the number of your account` };
  }
  if (/^[1-9]\d{0,15}$/.test(text)) return text;
  return { fault: `"${text}" is not an account id, expected a number` };
}

/** The name of a database; it becomes part of a URL and the name of a file. */
export function readEdition(text: string): string | TextFault {
  if (/^[A-Za-z0-9][A-Za-z0-9-]{0,63}$/.test(text)) return text;
  return { fault: `"${text}" is not the name of a database, expected one such as GeoLite2-City` };
}

/** Five fields of a cron expression that will come; what they mean is decided by who runs it. */
export function readSchedule(text: string): string | TextFault {
  const fields = text.trim().split(/\s+/);
  if (fields.length !== 5) return { fault: `"${text}" is not a schedule, expected ${FIVE_FIELDS}` };
  const schedule = fields.join(' ');
  const { valid, errors } = validateDetailed(schedule);
  if (valid) return schedule;
  // A day that none of the months has is said of the day.
  const wrong = errors.flatMap(({ value }) => (value === undefined ? [] : `"${value}"`)).join(', ');
  return { fault: `"${text}" is not a schedule that ever comes, for ${wrong}; expected ${FIVE_FIELDS}` };
}

const FIVE_FIELDS = 'five fields (minute, hour, day, month, weekday) such as "23 4 * * *"';

/** The base URL to fetch from, without a trailing slash; a bare host name means https. */
export function readUpdateHost(text: string): string | TextFault {
  const address = /^[a-z][a-z0-9+.-]*:\/\//i.test(text) ? text : `https://${text}`;
  const url = parseUrl(address);
  const web = url?.protocol === 'https:' || url?.protocol === 'http:';
  const extra =
    url === undefined || [url.username, url.password, url.search, url.hash].some((part) => part !== '');
  if (!web || extra) {
    return {
      fault: `host "${hidePassword(text)}" is not one, expected a URL such as https://updates.maxmind.com`,
    };
  }
  return url.href.replace(/\/+$/, '');
}

function hidePassword(text: string): string {
  return text.replace(/^([^/]*\/\/)?[^@/]*@/, '$1...@');
}
