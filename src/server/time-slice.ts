/**
 * A short time slice for a thread that answers. From Linux 6.12 on, a thread that asks for little at a time gets the core
 * sooner when it wakes, for no larger a part of it (sched_setattr(2), `sched_runtime` of a thread of SCHED_OTHER). It needs no
 * privileges. An older kernel takes no notice; a filter of system calls refuses it: then nothing is different.
 */
import { getPriority } from 'node:os';
import type { Libc } from '../platform/libc.js';

/** The least that the kernel grants, in nanoseconds. */
const SLICE = 100_000n;
/** SCHED_FLAG_KEEP_POLICY: only the parameters change. */
const KEEP_POLICY = 0x08n;

/** struct sched_attr as it was first (SCHED_ATTR_SIZE_VER0): size, policy, flags, nice, priority, runtime, deadline, period. */
const ATTRIBUTES = { SIZE: 48, LENGTH: 0, FLAGS: 8, NICE: 16, RUNTIME: 24 } as const;

/** Asks for it for the calling thread; gives whether the kernel took the wish. */
export function askForShortSlice({ setSchedAttributes }: Pick<Libc, 'setSchedAttributes'>): boolean {
  const attributes = new DataView(new ArrayBuffer(ATTRIBUTES.SIZE));
  attributes.setUint32(ATTRIBUTES.LENGTH, ATTRIBUTES.SIZE, true);
  attributes.setBigUint64(ATTRIBUTES.FLAGS, KEEP_POLICY, true);
  // It is set along with the rest; 0 is the calling thread.
  attributes.setInt32(ATTRIBUTES.NICE, getPriority(), true);
  attributes.setBigUint64(ATTRIBUTES.RUNTIME, SLICE, true);
  return setSchedAttributes(new Uint8Array(attributes.buffer)) === 0;
}
