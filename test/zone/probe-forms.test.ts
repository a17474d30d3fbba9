import { pool, testFaults } from './zone-faults.js';

testFaults('what is no module', [
  [
    'a module with a slash',
    pool('probe: { type: rsync, module: ⟦a/b }'),
    /can't be the name of an rsync module/,
  ],
]);
