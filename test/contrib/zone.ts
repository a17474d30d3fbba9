/** The text of a small zone. */
export function zoneText(name: string): string {
  return `zone: ${name}
ns: [ns1.example.net]
pools: { "@": { probe: { type: none } } }
mirrors: { aurora: { addresses: [192.0.2.1] } }
`;
}
