/** One thing that is not as it should be. */

export interface Finding {
  /** `critical`: some questions are not answered as they should be. `warning`: it may come to that. */
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
  /** One line. */
  readonly text: string;
}

export function warning(kind: Finding['kind'], text: string): Finding {
  return { severity: 'warning', kind, text };
}
