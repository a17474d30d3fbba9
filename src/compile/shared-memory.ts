/**
 * Arrays in memory that all threads share. They are filled here and only read afterwards.
 */

export function sharedInt32(values: ArrayLike<number>): Int32Array {
  const array = new Int32Array(new SharedArrayBuffer(values.length * 4));
  array.set(values);
  return array;
}

export function sharedBytes(values: ArrayLike<number>): Uint8Array {
  const array = new Uint8Array(new SharedArrayBuffer(values.length));
  array.set(values);
  return array;
}
