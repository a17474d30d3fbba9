/**
 * A short time slice for a thread that answers. From Linux 6.12 on, a thread that asks for short slices gets the core sooner
 * when it wakes, without a larger part of it (sched_setattr(2), `sched_runtime` of a thread of SCHED_OTHER). It needs no
 * privileges. An older kernel ignores it, and a system call filter may refuse it; then nothing changes.
 */
import { getPriority } from 'node:os';
import type { Libc } from '../platform/libc.js';

/** The shortest slice that the kernel grants, in nanoseconds. */
const SLICE = 100_000n;
/** SCHED_FLAG_KEEP_POLICY: only the parameters change. */
const KEEP_POLICY = 0x08n;

/**
 * The first version of struct sched_attr (SCHED_ATTR_SIZE_VER0): size, policy, flags, nice, priority, runtime, deadline,
 * period.
 */
const ATTRIBUTES = { SIZE: 48, LENGTH: 0, FLAGS: 8, NICE: 16, RUNTIME: 24 } as const;

/** Asks for a short slice for the calling thread; returns whether the kernel accepted it. */
export function askForShortSlice({ setSchedAttributes }: Pick<Libc, 'setSchedAttributes'>): boolean {
  const attributes = new DataView(new ArrayBuffer(ATTRIBUTES.SIZE));
  attributes.setUint32(ATTRIBUTES.LENGTH, ATTRIBUTES.SIZE, true);
  attributes.setBigUint64(ATTRIBUTES.FLAGS, KEEP_POLICY, true);
  // The call sets the nice value too, so pass the thread's current one.
  attributes.setInt32(ATTRIBUTES.NICE, getPriority(), true);
  attributes.setBigUint64(ATTRIBUTES.RUNTIME, SLICE, true);
  return setSchedAttributes(new Uint8Array(attributes.buffer)) === 0;
}
