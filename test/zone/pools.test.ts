import { addressed, pool, probe, testFaults } from './zone-faults.js';

testFaults("what a pool can't be", [
  [
    'a mirror that is not there',
    pool('mirrors: [aurora, ⟦boraes]'),
    /names a mirror "boraes" that is not in "mirrors"; did you mean "boreas"/,
  ],
  ['a pool without mirrors', pool('⟦mirrors: []'), /the pool "@" has no mirrors/],
  ['a mirror twice', pool('mirrors: [aurora, boreas, ⟦aurora]'), /aurora is listed twice/],
  [
    'a say too often',
    pool('self_weight: { interval: ⟦5s }'),
    /interval 5s is out of range, expected 10s to 1d/,
  ],
  ['a say from nowhere', pool('self_weight: { path: ⟦say }'), /must start with "\/"/],
  [
    'no share of the world',
    pool('max_world_share: ⟦0'),
    /max_world_share 0 is out of range, expected above 0/,
  ],
  ['no share', pool('max_share: ⟦0'), /max_share 0 is out of range, expected above 0, at most 1/],
  ['more than all', pool('max_share: ⟦1.5'), /max_share 1.5 is out of range/],
  ['per cent', pool('max_share: ⟦20%'), /"max_share" must be a number, found the text "20%"/],
  ['no answers', pool('answers: ⟦0'), /answers 0 is out of range, expected 1 to 8/],
  ['too many answers', pool('answers: ⟦9'), /answers 9 is out of range, expected 1 to 8/],
  ['a negative distance', pool('near_km: ⟦-1'), /near_km -1 is out of range/],
  ['infinite distance', pool('near_km: ⟦.inf'), /"near_km" must be a number, found the number \.inf/],
  ['a threshold of two', pool('panic_threshold: ⟦2'), /panic_threshold 2 is out of range, expected 0 to 1/],
  ['a floor above the TTL', pool('ttl_min: ⟦61'), /ttl_min 61 is more than the ttl, 60/],
  ['a module for http', pool('probe: { ⟦module: tails }'), /"module" has no effect on a probe of type http/],
  [
    'a path for rsync',
    pool('probe: { type: rsync, ⟦path: / }'),
    /"path" has no effect on a probe of type rsync/,
  ],
  ['none with a port', probe('type: none\n      ⟦port: 80'), /"port" has no effect on a probe of type none/],
  [
    'a mirror with none and a path',
    addressed('probe: { type: none, ⟦path: / }'),
    /"path" has no effect on a probe of type none/,
  ],
  [
    'tcp with a path',
    probe('type: tcp\n      port: 80\n      ⟦path: /'),
    /"path" has no effect on a probe of type tcp/,
  ],
]);
