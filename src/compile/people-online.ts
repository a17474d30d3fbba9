/**
 * Roughly how many people are online in each country, in millions. A mirror's load depends on where its clients are, which
 * is not known beforehand.
 */

const MILLIONS = `CN1090 IN880 US315 ID215 BR185 RU130 NG110 MX107 JP104 PK110 PH86 BD78 VN79 DE78 TR74 IR73 EG82 GB66 TH63 FR61
  KR50 IT52 ES45 ZA46 DZ36 CA38 CO40 AR41 PL34 MY33 UA31 SA36 IQ36 MA35 AU25 TW22 ET25 MM25 PE26 UZ28 KE23 VE22 NL17 CL18 KZ18
  LK15 RO17 EC15 GH24 NP17 TZ20 CD18 CI13 AO15 GT11 BE11 SE10 AE10 CZ9 GR9 PT9 IL8 HU9 AT8 CH8 BY8 JO10 KH11 CM12 UG14 BO8 DO9
  SN10 TN9 AZ9 HK7 RS6 BG5 DK6 NO5 FI5 SG6 IE5 SK5 NZ5 CR4 PY5 HR3 LB5 GE3 UY3 PA3 LT2 SI2 LV2 EE1 KW4 OM4 QA3 LY6 SD13 YE8 SY8
  AF8 CU8 HN6 SV4 NI4 KG5 TJ4 TM3 MN3 MD2 AL2 BA3 MK2 AM2 MZ7 ZM6 ZW5 ML7 BF5 MG5 NE4 TD3 GN5 BJ5 TG3 RW4 MW4 SL2 LR2 MR2 SO4
  BI1 SS1 ER1 GA2 CG2 LA5 PG3 JM2 TT1 HT4 NA1 BW2 MU1 PS4 BH1 CY1 LU1`;

/** All other countries are small. */
const FEW = 0.3;

const BY_CODE = new Map(
  MILLIONS.split(/\s+/).map((entry) => [entry.slice(0, 2), Number(entry.slice(2))] as const),
);

/** Millions of people online in a country. */
export function peopleOnline(country: string): number {
  return BY_CODE.get(country) ?? FEW;
}
