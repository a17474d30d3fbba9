import t from 'tap';
import { describeUnsigned } from '../../src/report/describe-unsigned.js';

t.test('what is wrong, until when, and what to do', async (t) => {
  t.equal(
    describeUnsigned({
      zone: 'a.example',
      since: '2026-01-01T00:00:00.000Z',
      until: '2026-01-02T00:00:00.000Z',
    }),
    'a.example is unsigned since 2026-01-01T00:00:00.000Z, and resolvers that know a DS of it refuse it, until 2026-01-02T00:00:00.000Z at least and as long as the parent has one: put "dnssec" back into its file, and see geopool dnssec withdraw',
  );
});
