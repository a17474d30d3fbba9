/**
 * Makes the outlines of countries for the map of the status page: one file beside the compiled program, so that it needs no
 * library for maps while it runs. Called with the directory of the compiled program.
 *
 * The shapes are Natural Earth's at 1:110m, from the package world-atlas. It lacks the smallest countries, which the page
 * draws as dots.
 */
import { readFileSync, writeFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { join } from 'node:path';
import { geoEqualEarth, geoPath } from 'd3-geo';
import { transformSync } from 'esbuild';
import { feature } from 'topojson-client';

/** The atlas has the numeric codes of ISO 3166-1, the page the letters. */
const CODES = `004AF 008AL 012DZ 024AO 031AZ 032AR 036AU 040AT 044BS 050BD 051AM 056BE 064BT 068BO 070BA 072BW 076BR 084BZ
  090SB 096BN 100BG 104MM 108BI 112BY 116KH 120CM 124CA 140CF 144LK 148TD 152CL 156CN 158TW 170CO 178CG 180CD 188CR 191HR
  192CU 196CY 203CZ 204BJ 208DK 214DO 218EC 222SV 226GQ 231ET 232ER 233EE 238FK 242FJ 246FI 250FR 260TF 262DJ 266GA 268GE
  270GM 275PS 276DE 288GH 300GR 304GL 320GT 324GN 328GY 332HT 340HN 348HU 352IS 356IN 360ID 364IR 368IQ 372IE 376IL 380IT
  384CI 388JM 392JP 398KZ 400JO 404KE 408KP 410KR 414KW 417KG 418LA 422LB 426LS 428LV 430LR 434LY 440LT 442LU 450MG 454MW
  458MY 466ML 478MR 484MX 496MN 498MD 499ME 504MA 508MZ 512OM 516NA 524NP 528NL 540NC 548VU 554NZ 558NI 562NE 566NG 578NO
  586PK 591PA 598PG 600PY 604PE 608PH 616PL 620PT 624GW 626TL 630PR 634QA 642RO 643RU 646RW 682SA 686SN 688RS 694SL 703SK
  704VN 705SI 706SO 710ZA 716ZW 724ES 728SS 729SD 732EH 740SR 748SZ 752SE 756CH 760SY 762TJ 764TH 768TG 780TT 784AE 788TN
  792TR 795TM 800UG 804UA 807MK 818EG 826GB 834TZ 840US 854BF 858UY 860UZ 862VE 887YE 894ZM`;

/** Shapes without a number, by name. This takes no side: it is how location databases assign their addresses. */
const NAMES = { Kosovo: 'XK', 'N. Cyprus': 'CY', Somaliland: 'SO' };

/** Not on the map: Antarctica. */
const LEFT_OUT = ['010'];

const [directory = 'dist'] = process.argv.slice(2);
const projection = transformSync(readFileSync('src/http/projection.ts', 'utf8'), { loader: 'ts' }).code;
const { SCALE, MIDDLE } = await import(`data:text/javascript,${encodeURIComponent(projection)}`);
const byNumber = new Map(CODES.split(/\s+/).map((entry) => [entry.slice(0, 3), entry.slice(3)]));
const atlas = JSON.parse(
  readFileSync(createRequire(import.meta.url).resolve('world-atlas/countries-110m.json'), 'utf8'),
);
const draw = geoPath(geoEqualEarth().scale(SCALE).translate(MIDDLE)).digits(1);
const outlines = {};
for (const country of feature(atlas, atlas.objects.countries).features) {
  const { id, properties } = country;
  if (LEFT_OUT.includes(id)) continue;
  const code = byNumber.get(id) ?? NAMES[properties.name];
  if (code === undefined) throw new Error(`${properties.name} has no code`);
  const { path = '', area = 0 } = outlines[code] ?? {};
  outlines[code] = {
    path: `${path}${relative(draw(country) ?? '')}`,
    area: Math.round(area + draw.area(country)),
  };
}
const sorted = Object.fromEntries(Object.entries(outlines).sort(([a], [b]) => (a < b ? -1 : 1)));
writeFileSync(join(directory, 'http/outlines.json'), `${JSON.stringify(sorted)}\n`);

/** The same path with relative steps instead of points, which is two thirds as long. */
function relative(path) {
  return path.replaceAll(/M([^MZ]*)Z/g, (_, points) => {
    const [[x0, y0], ...others] = points.split('L').map((point) => point.split(',').map(Number));
    let [x, y] = [x0, y0];
    const steps = others.map(([nextX, nextY]) => {
      const step = [nextX - x, nextY - y].map((length) => Number(length.toFixed(1)));
      [x, y] = [nextX, nextY];
      return step;
    });
    const text = steps
      .filter(([dx, dy]) => dx !== 0 || dy !== 0)
      .map(([dx, dy]) => `${dx}${dy < 0 ? '' : ' '}${dy}`)
      .join(' ');
    // An island smaller than a step.
    if (text === '') return '';
    return `M${x0} ${y0}l${text}z`.replaceAll(' -', '-').replaceAll(/(?<!\d)0\./g, '.');
  });
}
