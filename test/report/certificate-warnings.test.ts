import t from 'tap';
import { ownCertificateWarnings } from '../../src/report/certificate-warnings.js';

const DAY = 86_400_000;
const NOW = Date.UTC(2026, 0, 2);
const of = (begins: number, ends: number, soon?: number): string =>
  ownCertificateWarnings(NOW + begins * DAY, NOW + ends * DAY, NOW, soon && soon * DAY).join('; ');

t.test('two weeks before the end of one that is good for 60 days or more', async (t) => {
  t.equal(of(-351, 14.1), '');
  t.equal(of(-351, 14), 'ends in 14d');
  t.equal(of(-46, 14), 'ends in 14d');
});

t.test('when a quarter of a shorter life is left', async (t) => {
  t.equal(of(-4, 2), '');
  t.equal(of(-6, 2), 'ends in 2d');
  t.equal(of(-40, 13.5), '');
});

t.test('before its time and after it', async (t) => {
  t.equal(of(-5, 0), 'has ended');
  t.equal(of(1, 90), 'is good only in 1d');
});

t.test('or when somebody wants it said', async (t) => {
  t.equal(of(-1, 90, 90), 'ends in 90d');
  t.equal(of(-351, 14, 13), '');
});
