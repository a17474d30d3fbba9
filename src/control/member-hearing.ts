/**
 * Whether another member of the fleet has taken over what was given on this one, as JSON.
 */
export interface MemberHearing<Yes extends string> {
  readonly member: string;
  /** `withheld`: it heard, but does otherwise. `silent`: it can't be heard. `late`: not confirmed within five seconds. */
  readonly state: Yes | 'withheld' | 'silent' | 'late';
}
