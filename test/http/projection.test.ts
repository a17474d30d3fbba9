import { geoEqualEarth } from 'd3-geo';
import t from 'tap';
import { HEIGHT, MIDDLE, project, SCALE, WIDTH } from '../../src/http/projection.js';

t.test('marks lie where the outlines have it, which another program drew', async (t) => {
  const oracle = geoEqualEarth().scale(SCALE).translate([MIDDLE[0], MIDDLE[1]]);
  for (let latitude = -90; latitude <= 90; latitude += 7.5) {
    for (let longitude = -180; longitude < 180; longitude += 11) {
      const [x = 0, y = 0] = oracle([longitude, latitude]) ?? [];
      const [ownX, ownY] = project({ latitude, longitude });
      if (Math.hypot(x - ownX, y - ownY) > 1e-6) t.fail(`${latitude} ${longitude}`);
    }
  }
  t.pass();
});

t.test('all places where people live are on the map', async (t) => {
  for (const point of [
    { latitude: 78.2, longitude: 15.6 },
    { latitude: -54.8, longitude: -68.3 },
    { latitude: -17.7, longitude: 179.9 },
    { latitude: -13.8, longitude: -171.9 },
  ]) {
    const [x, y] = project(point);
    t.ok(x > 0 && x < WIDTH && y > 0 && y < HEIGHT, `${x} ${y}`);
  }
});
