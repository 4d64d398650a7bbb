/** Digests of data: what it is, in 40 hexadecimal digits, however it is stored (see native/collections/digest.h). */
export interface DigestOperations {
  /** Writes an array of the digests of the keys' values, zeros for those that do not exist; or StatusDeferred. */
  writeValueDigests(first: number, count: number): number;
  /** Writes the digest of all databases. */
  writeDigest(unused: number): number;
  /** The same on a worker over a view; the number of the long read. */
  beginDigest(unused: number): number;
}
