/**
 * Who of a fleet heard what was said on one of its members, as JSON.
 */
export interface MemberHearing<Yes extends string> {
  readonly member: string;
  /** `withheld`: it heard, and does otherwise. `silent`: it is not heard now. `late`: it has not said so within five seconds. */
  readonly state: Yes | 'withheld' | 'silent' | 'late';
}
