/**
 * What `status` and `fleet status` report of the server's fleet, as JSON.
 */
export interface FleetReport {
  /** This member. */
  readonly name: string;
  /** `own`: only overrides are shared. */
  readonly verdicts: 'shared' | 'own';
  readonly members: readonly FleetMemberReport[];
  readonly servers: readonly FleetServerReport[];
  /** Overrides of other members that do not hold here, since a pool would then be in panic or empty. */
  readonly held: readonly {
    readonly zone: string;
    readonly mirror: string;
    readonly member: string;
    readonly reason: string;
    readonly effects: readonly string[];
  }[];
  /** Challenges of other members that are not served here, and why. */
  readonly unserved: readonly { readonly name: string; readonly member: string; readonly why: string }[];
}

export interface FleetMemberReport {
  readonly member: string;
  /** Whether it can be heard now; always true for this one. */
  readonly heard: boolean;
  /** When something new was last heard from it; RFC 3339. Absent: never. */
  readonly last_heard?: string;
  /** Whether its overrides hold here. */
  readonly overrides: boolean;
  /** Addresses whose state it sees differently from the fleet's verdict. */
  readonly disagrees: number;
  /** Pools that it does not judge at present, as `FAMILY NAME`. */
  readonly abstains: readonly string[];
  /** Its zone files, or its databases, differ from this server's. */
  readonly zones_differ?: true;
  readonly databases_differ?: true;
  /** Why data that came in its name was rejected. */
  readonly refused?: string;
}

export interface FleetServerReport {
  readonly server: string;
  /** Why it can't be used now; absent: it can. */
  readonly fault?: string;
  /** When it last answered; RFC 3339. */
  readonly last_answer?: string;
  readonly failures: number;
}
