import t from 'tap';
import { wantedUntil } from '../../src/dnssec/withdrawal.js';

const signed = { zone: 'dl.example.org', dsTtl: 100 };

t.test('until when signatures are wanted', async (t) => {
  t.equal(wantedUntil(signed, 1000), 1100, 'nobody asked the parent: whatever time it is');
  t.equal(wantedUntil({ ...signed, unsigned: 950 }, 1000), 1050);
  t.equal(wantedUntil({ ...signed, unsigned: 900 }, 1000), undefined);
  t.equal(wantedUntil({ ...signed, withdrawn: 901 }, 1000), 1001);
  t.equal(wantedUntil({ ...signed, withdrawn: 900 }, 1000), undefined);
  t.equal(wantedUntil({ ...signed, withdrawn: 850, unsigned: 949 }, 949), 950);
  t.equal(wantedUntil({ ...signed, withdrawn: 2000 }, 1000), 1100, 'a time to come');
});
