/** One thing that is wrong. */

export interface Finding {
  /** `critical`: some queries are not answered as they should be. `warning`: it may come to that. */
  readonly severity: 'critical' | 'warning';
  readonly kind:
    | 'worker'
    | 'panic'
    | 'empty'
    | 'zone'
    | 'signatures'
    | 'unsigned'
    | 'parent'
    | 'clock'
    | 'keys'
    | 'frozen'
    | 'mirror'
    | 'override'
    | 'certificate'
    | 'database'
    | 'hostname'
    | 'reload'
    | 'state'
    | 'notify'
    | 'fleet'
    | 'tls';
  /** In one line. */
  readonly text: string;
}

export function warning(kind: Finding['kind'], text: string): Finding {
  return { severity: 'warning', kind, text };
}
