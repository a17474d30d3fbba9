/**
 * Finds where a point lies that should be in a given country, by the outlines of the map. They are coarse and lack the
 * smallest countries and islands, and borders are disputed. So a point is reported only if it is far from its country and
 * inside another one, or at its coast.
 */
import { pointOfCountry } from '../platform/countries.js';
import type { Point } from '../platform/types.js';
import { outlines } from './outlines.js';
import { project } from './projection.js';

type Spot = readonly [x: number, y: number];

/** In map units of about 35 km: a point within FAR of a country is not far from it, one within AT_COAST is at its coast. */
const FAR = 10;
const AT_COAST = 2;

/** The country that a point is in or at the coast of, if it is far from `country`; otherwise undefined. */
export function straysTo(point: Point, country: string): string | undefined {
  if (isNear(point, country, FAR)) return undefined;
  const spot = project(point);
  let [nearest, least]: [string | undefined, number] = [undefined, AT_COAST];
  for (const [code, { path }] of outlines()) {
    const distance = distanceTo(spot, path);
    if (distance < least) [nearest, least] = [code, distance];
  }
  return nearest;
}

/** Whether a point is far from its country (it may be at sea), and would be in it with latitude and longitude swapped. */
export function isSwapped(point: Point, country: string): boolean {
  const { latitude: longitude, longitude: latitude } = point;
  if (Math.abs(latitude) > 90 || isNear(point, country, FAR)) return false;
  return isNear({ latitude, longitude }, country, AT_COAST);
}

/** Whether a point is in a country or that close to it. If the map lacks the country: whether it is within FAR of its middle. */
function isNear(point: Point, country: string, within: number): boolean {
  const spot = project(point);
  const outline = outlines().get(country);
  const middle = pointOfCountry(country);
  if (outline !== undefined && distanceTo(spot, outline.path) < within) return true;
  return middle !== undefined && apart(spot, project(middle)) < (outline === undefined ? FAR : within);
}

/** The distance from a spot to a country; 0 inside it. */
function distanceTo(spot: Spot, path: string): number {
  const rings = ringsOf(path);
  return isInside(spot, rings) ? 0 : Math.min(...rings.map((ring) => distanceToEdge(spot, ring)));
}

/** The corners of each part of a path written by scripts/outlines.js: a start, then relative steps. */
function ringsOf(path: string): readonly (readonly Spot[])[] {
  return path
    .split('z')
    .filter((part) => part !== '')
    .map((part) => {
      const numbers = (part.match(/-?\d*\.?\d+/g) ?? []).map(Number);
      let [x, y] = [0, 0];
      return Array.from({ length: numbers.length / 2 }, (_, i): Spot => {
        x += numbers[2 * i] ?? 0;
        y += numbers[2 * i + 1] ?? 0;
        return [x, y];
      });
    });
}

/** Whether a ray from the spot crosses an odd number of edges. A spot in a hole is outside. */
function isInside([x, y]: Spot, rings: readonly (readonly Spot[])[]): boolean {
  let inside = false;
  for (const ring of rings) {
    for (const [[x1, y1], [x2, y2]] of edgesOf(ring)) {
      if (y1 > y !== y2 > y && x < x1 + ((y - y1) * (x2 - x1)) / (y2 - y1)) inside = !inside;
    }
  }
  return inside;
}

function distanceToEdge([x, y]: Spot, ring: readonly Spot[]): number {
  const distances = edgesOf(ring).map(([[x1, y1], [x2, y2]]) => {
    const [dx, dy] = [x2 - x1, y2 - y1];
    const along = ((x - x1) * dx + (y - y1) * dy) / (dx * dx + dy * dy || 1);
    const part = Math.max(0, Math.min(1, along));
    return apart([x, y], [x1 + part * dx, y1 + part * dy]);
  });
  return Math.min(...distances);
}

function apart([x1, y1]: Spot, [x2, y2]: Spot): number {
  return Math.hypot(x1 - x2, y1 - y2);
}

function edgesOf(ring: readonly Spot[]): readonly (readonly [Spot, Spot])[] {
  return ring.map((spot, i) => [spot, ring[(i + 1) % ring.length] ?? spot] as const);
}
