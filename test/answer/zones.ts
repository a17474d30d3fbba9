/** Zones that the tests of answering share: one with some of everything, and where a few clients are. */

export const EXAMPLE = `
zone: dl.example.org
ns: [ns1.dl.example.org, ns2.dl.example.org, ns3.example.net]
soa: { mname: ns1.dl.example.org, rname: hostmaster.example.org, serial: 7, minimum: 90 }
ttl: 60
pools:
  "@": { answers: 2, near_km: 0, probe: { type: none } }
  four: { answers: 8, near_km: 20000, mirrors: [aurora, cascade], probe: { type: none } }
  only4: { mirrors: [estrela], probe: { type: none } }
  swiss: { mirrors: [homely], probe: { type: none } }
mirrors:
  aurora:
    addresses: [192.0.2.10, "2001:db8:10::10"]
    location: { country: DE, latitude: 52.52, longitude: 13.4 }
  boreas:
    addresses: [192.0.2.20, "2001:db8:20::10"]
    location: { country: NL, latitude: 52.37, longitude: 4.9 }
  cascade:
    addresses: [198.51.100.10, "2001:db8:30::10"]
    location: { country: US, latitude: 41.88, longitude: -87.63 }
  dune:
    addresses: [198.51.100.20, "2001:db8:40::10"]
    location: { country: US, latitude: 37.34, longitude: -121.89 }
  estrela:
    addresses: [198.51.100.30]
    location: { country: BR, latitude: -23.55, longitude: -46.63 }
  homely:
    addresses: [203.0.113.1, "2001:db8:50::1"]
    location: { country: CH, latitude: 47.38, longitude: 8.54 }
    only_countries: [CH]
  spare: { addresses: [203.0.113.99], weight: 0 }
records:
  ns1: { A: [192.0.2.53, 192.0.2.54], AAAA: ["2001:db8::53"], ttl: 300 }
  ns2: { A: [198.51.100.53] }
  "@":
    TXT: ["mirror pool of example.org"]
    MX: ["10 mail.example.org", "0 ."]
    CAA: ['0 issue "ca.example.net"']
    TYPE65280: ['\\# 4 0a000001']
    ttl: 600
  _https._tcp: { SRV: ["0 5 443 dl.example.org"] }
  www: { CNAME: dl.example.org, ttl: 120 }
  web: { CNAME: WWW.dl.example.org }
  out: { CNAME: www.example.net }
  gone: { CNAME: nobody.dl.example.org }
  text: { CNAME: _https._tcp.dl.example.org }
  server: { CNAME: ns1.dl.example.org }
  v4: { CNAME: only4.dl.example.org }
  home: { CNAME: swiss.dl.example.org }
  a.b.c: { TXT: ["deep"] }
  "*.wild": { TXT: ["any"], ttl: 5 }
  "*.alias": { CNAME: dl.example.org }
  loop: { CNAME: x.loops.dl.example.org }
  "*.loops": { CNAME: y.loops.dl.example.org }
`;

/** Where clients are: Germany, the United States, Switzerland; nowhere. */
export const PLACES = {
  '5.0.0.0/8': { country_code: 'DE', latitude: 52.5, longitude: 13.4 },
  '12.0.0.0/8': { country_code: 'US', latitude: 41.9, longitude: -87.6 },
  '12.7.128.0/17': { country_code: 'US', latitude: 37.3, longitude: -121.9 },
  '46.0.0.0/8': { country_code: 'CH', latitude: 47.4, longitude: 8.5 },
  '2a00::/16': { country_code: 'DE', latitude: 52.5, longitude: 13.4 },
  '2600::/12': { country_code: 'US', latitude: 41.9, longitude: -87.6 },
};

export const GERMAN = '5.1.2.3';
export const AMERICAN = '12.1.2.3';
export const SWISS = '46.1.2.3';
