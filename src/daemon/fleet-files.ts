/**
 * The part of a fleet's state that outlives the process: its last joint verdicts, and the overrides and challenges that
 * were given on any member.
 */
import {
  challengeSchema,
  jointSchema,
  type LastJoint,
  overrideSchema,
  type SharedChallenge,
  type SharedOverride,
} from '../fleet/documents.js';
import type { StateKind } from '../state/state-kind.js';

export const JOINT_VERDICTS: StateKind<LastJoint> = {
  name: 'fleet-verdicts.json',
  version: 2,
  holds: 'verdicts',
  entry: jointSchema,
};

export const SHARED_OVERRIDES: StateKind<SharedOverride> = {
  name: 'fleet-overrides.json',
  version: 2,
  holds: 'overrides',
  entry: overrideSchema,
};

export const SHARED_CHALLENGES: StateKind<SharedChallenge> = {
  name: 'fleet-challenges.json',
  version: 2,
  holds: 'challenges',
  entry: challengeSchema,
};
