/**
 * The page that explains what a client gets: which mirrors are in the answer, and why the others are not.
 */
import type { Explanation } from '../compile/explain.js';
import { describeOrder } from '../compile/explain-order.js';
import { describePanic } from '../report/describe-panic.js';
import { html, type Markup } from './html.js';
import { nameOfCountry } from './map.js';
import { percent, table } from './page.js';

/** The form alone, or with the fault in the request, or with the result. */
export function explainBody(form: Markup, outcome?: Explanation | { readonly fault: string }): Markup {
  const result =
    outcome === undefined
      ? undefined
      : 'fault' in outcome
        ? html`<p class="critical">${outcome.fault}</p>`
        : explained(outcome);
  return html`<h1>Explain an answer</h1>
${form}
${result}
`;
}

function explained({
  name,
  type,
  client,
  order,
  answers,
  cap,
  cap_raised,
  panic,
  panic_action,
  instead,
  extended_error,
  refused,
  candidates,
  excluded,
}: Explanation): Markup {
  const { ip, country, latitude, longitude, asn, scope, special_purpose } = client;
  const where = [
    ...(country === undefined ? ['in an unknown country'] : [`in ${nameOfCountry(country)}`]),
    ...(latitude === undefined || longitude === undefined ? [] : [`at ${latitude}, ${longitude}`]),
    ...(asn === undefined ? [] : [`AS ${asn}`]),
    ...(order === undefined ? [] : [describeOrder(order)]),
    `scope /${scope}`,
    ...(special_purpose === undefined ? [] : [`ignored as a client subnet, being in ${special_purpose}`]),
  ];
  return html`<h2>${name} ${type} from ${ip}</h2>
<p>The client is ${where.join(', ')}.</p>
${panic ? html`<p class="critical"><strong>Panic</strong>: ${describePanic(panic_action)}.</p>` : undefined}
<p>${
    instead !== undefined
      ? `The answer is ${instead}${extended_error === undefined ? '' : ` (${extended_error})`}${refused === undefined ? '' : `; refused: ${refused}`}.`
      : answers === 0
        ? 'The answer is empty.'
        : `${answers} of the following are in each answer; cap ${percent(cap)}${cap_raised ? ', which is more than max_share, since too few are left' : ''}.`
  }</p>
${table(
  [
    { title: 'Mirror' },
    { title: 'Address' },
    { title: 'km', isNumber: true },
    { title: 'Band', isNumber: true },
    { title: 'Tier' },
    { title: 'Weight', isNumber: true },
    { title: 'Share of answers', isNumber: true },
    { title: 'Note' },
  ],
  candidates.map(({ mirror, address, distance_km, band, tier, weight, probability, note }) => [
    mirror,
    address,
    distance_km === undefined ? undefined : Math.round(distance_km),
    band,
    tier,
    weight,
    percent(probability),
    note,
  ]),
)}
${
  excluded.length === 0
    ? undefined
    : html`<h2>Not in it</h2>
${table(
  [{ title: 'Mirror' }, { title: 'Address' }, { title: 'Why' }],
  excluded.map(({ mirror, address, reason }) => [mirror, address ?? undefined, reason]),
)}`
}`;
}
