import t from 'tap';
import { certificateWarning } from '../../src/probe/certificate.js';

const DAY = 86_400_000;
const NOW = Date.UTC(2026, 0, 1);

t.test('nothing until the time to warn, then how soon, then how long ago', async (t) => {
  const said = (days: number): string | undefined => certificateWarning(NOW + days * DAY, 14 * DAY, NOW);
  t.equal(said(14.001), undefined);
  t.equal(said(14), 'certificate ends in 14d (2026-01-15)');
  t.match(said(0), /^certificate expired .* \(2026-01-01\)$/);
  t.equal(said(-2), 'certificate expired 2d ago (2025-12-30)');
  t.equal(certificateWarning(NOW + 1, 0, NOW), undefined, 'cert_warn: 0s');
});
