/**
 * The values that control how databases are fetched, from geopool.yaml and from geoipupdate's environment variables. They
 * are not checked again later: what `check` accepts, `serve` starts with.
 */
import { validateDetailed } from 'node-cron';
import { parseUrl } from '../platform/url.js';
import type { TextFault } from './text-fault.js';

/**
 * It is in the sample configuration of geoipupdate, and many setups still have it. The service answers it with a bare 401.
 */
const PLACEHOLDER_ID = '999999';

/** The number of a MaxMind account, as text. */
export function readAccountId(text: string): string | TextFault {
  if (text === PLACEHOLDER_ID) {
    return { fault: `"${text}" is a placeholder, expected the number of your account` };
  }
  if (/^[1-9]\d{0,15}$/.test(text)) return text;
  return { fault: `"${text}" is not an account id, expected a number` };
}

/** The name of a database. It becomes part of a URL and the name of a file. */
export function readEdition(text: string): string | TextFault {
  if (/^[A-Za-z0-9][A-Za-z0-9-]{0,63}$/.test(text)) return text;
  return { fault: `"${text}" is not the name of a database, expected one such as GeoLite2-City` };
}

/** The five fields of a cron expression that matches some time. The program that runs it decides what they mean. */
export function readSchedule(text: string): string | TextFault {
  const fields = text.trim().split(/\s+/);
  if (fields.length !== 5) return { fault: `"${text}" is not a schedule, expected ${FIVE_FIELDS}` };
  const schedule = fields.join(' ');
  const { valid, errors } = validateDetailed(schedule);
  if (valid) return schedule;
  // If none of the months has the day, the error is about the day.
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
