import { probe, testFaults } from './zone-faults.js';

testFaults('what is no time', [
  ['a plain number for a duration', probe('interval: ⟦30'), /interval must have a unit: write 30s/],
  ['a quoted number for a duration', probe('interval: ⟦"30"'), /"30" has no unit: write 30s/],
  ['no duration', probe('interval: ⟦half a minute'), /is not a duration, expected .*30s, 5m/],
  ['an interval out of range', probe('interval: ⟦1ms'), /interval 1ms is out of range, expected 10ms to 1d/],
]);
