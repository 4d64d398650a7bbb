// The log of keys that the store removed by itself, as `takeRemovals` gives it: records, back to back.
//
//   | u16 database | u8 cause | u8 0 | u32 key length | key |     little-endian

const HEADER_BYTES = 8;
const CAUSE_AT = 2;
const LENGTH_AT = 4;

/** Calls `visit` for each key (a text of bytes, latin1) in the order in which they were removed; `cause` is Removal... */
export function readRemovals(
  log: Uint8Array,
  visit: (database: number, key: string, cause: number) => void,
): void {
  const bytes = Buffer.from(log.buffer, log.byteOffset, log.byteLength);
  for (let at = 0; at < bytes.length;) {
    const end = at + HEADER_BYTES + bytes.readUInt32LE(at + LENGTH_AT);
    visit(bytes.readUInt16LE(at), bytes.toString('latin1', at + HEADER_BYTES, end), bytes[at + CAUSE_AT]);
    at = end;
  }
}
