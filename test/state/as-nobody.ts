/**
 * Does work without root's rights, for which no file is unreadable and no directory read-only.
 */
const NOBODY = 65534;

export async function asNobody<T>(work: () => Promise<T>): Promise<T> {
  if (process.geteuid?.() !== 0) return work();
  process.seteuid?.(NOBODY);
  try {
    return await work();
  } finally {
    process.seteuid?.(0);
  }
}
