/**
 * The country codes that zone files may use: ISO 3166-1 alpha-2 as assigned, and XK, which location databases give to
 * Kosovo. A code that no client can ever have is a mistake worth refusing.
 */
import type { TextFault } from './text-fault.js';

const ASSIGNED = `
  AD AE AF AG AI AL AM AO AQ AR AS AT AU AW AX AZ BA BB BD BE BF BG BH BI BJ BL BM BN BO BQ BR BS BT BV BW
  BY BZ CA CC CD CF CG CH CI CK CL CM CN CO CR CU CV CW CX CY CZ DE DJ DK DM DO DZ EC EE EG EH ER ES ET FI
  FJ FK FM FO FR GA GB GD GE GF GG GH GI GL GM GN GP GQ GR GS GT GU GW GY HK HM HN HR HT HU ID IE IL IM IN
  IO IQ IR IS IT JE JM JO JP KE KG KH KI KM KN KP KR KW KY KZ LA LB LC LI LK LR LS LT LU LV LY MA MC MD ME
  MF MG MH MK ML MM MN MO MP MQ MR MS MT MU MV MW MX MY MZ NA NC NE NF NG NI NL NO NP NR NU NZ OM PA PE PF
  PG PH PK PL PM PN PR PS PT PW PY QA RE RO RS RU RW SA SB SC SD SE SG SH SI SJ SK SL SM SN SO SR SS ST SV
  SX SY SZ TC TD TF TG TH TJ TK TL TM TN TO TR TT TV TW TZ UA UG UM US UY UZ VA VC VE VG VI VN VU WF WS YE
  YT ZA ZM ZW
  XK`;

const CODES: ReadonlySet<string> = new Set(ASSIGNED.trim().split(/\s+/));

/** What people write for a country whose code is another one. */
const MISTAKEN: ReadonlyMap<string, string> = new Map([
  ['UK', 'GB'],
  ['EL', 'GR'],
]);

/** A country's code; upper case only, as everything that it is compared with is. */
export function readCountry(text: string): string | TextFault {
  if (CODES.has(text)) return text;
  const upper = text.toUpperCase();
  const meant = MISTAKEN.get(upper) ?? (CODES.has(upper) ? upper : undefined);
  if (meant !== undefined) return { fault: `"${text}" is not a country code: write ${meant}` };
  return { fault: `"${text}" is not a country code, expected ISO 3166 alpha-2 such as DE or US` };
}

/** All codes, for editors to offer. */
export function countryCodes(): readonly string[] {
  return [...CODES].sort();
}
