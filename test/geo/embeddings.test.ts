import t from 'tap';
import { embeddingBits } from '../../src/geo/embeddings.js';
import { parseAddress } from '../../src/ip/address.js';

t.test('the bits that say whether IPv4 is embedded', async (t) => {
  const cases: [string, number][] = [
    ['192.0.2.1', 0],
    ['::ffff:192.0.2.1', 96],
    ['2002:c000:201::1', 16],
    ['2003::1', 16],
    ['2001:db8::1', 15],
    ['8000::1', 1],
    ['4000::1', 2],
    ['::1', 81],
    ['::fffe:0:0', 96],
    ['0:1::', 32],
  ];
  for (const [text, bits] of cases) {
    const address = parseAddress(text);
    t.equal(address === null ? null : embeddingBits(address), bits, text);
  }
});
