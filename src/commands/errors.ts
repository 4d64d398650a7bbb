// The texts of the errors that more than one command replies. Each begins with its code, as clients see it.

export const Errors = {
  wrongType: 'WRONGTYPE Operation against a key holding the wrong kind of value',
  syntax: 'ERR syntax error',
  notInteger: 'ERR value is not an integer or out of range',
  notFloat: 'ERR value is not a valid float',
  noKey: 'ERR no such key',
  overflow: 'ERR increment or decrement would overflow',
  tooLong: 'ERR string exceeds maximum allowed size (proto-max-bulk-len)',
  sameObject: 'ERR source and destination objects are the same',
  databaseRange: 'ERR DB index is out of range',
  offsetRange: 'ERR offset is out of range',
  range: 'ERR value is out of range',
  countRange: 'ERR value is out of range, value must between -9223372036854775807 and 9223372036854775807',
  noValues: 'ERR NOVALUES option can only be used in HSCAN',
  positive: 'ERR value is out of range, must be positive',
  loading: 'LOADING Redis is loading the dataset in memory',
} as const;

/** Wrong number of arguments; containers give "name|subcommand". */
export function wrongArity(name: string): string {
  return `ERR wrong number of arguments for '${name}' command`;
}

/** A time that is not positive, or overflows. */
export function invalidExpire(name: string): string {
  return `ERR invalid expire time in '${name}' command`;
}

const UNKNOWN_ARGUMENT_BYTES = 128;

/** What a C string of these bytes shows: they end at the first zero byte. */
function untilZero(text: string): string {
  const end = text.indexOf('\0');
  return end < 0 ? text : text.slice(0, end);
}

/** A name that is no command, with the beginning of its arguments; both cut as Redis cuts them. */
export function unknownCommand(name: string, args: readonly string[]): string {
  let shown = '';
  for (const arg of args) {
    if (shown.length >= UNKNOWN_ARGUMENT_BYTES) break;
    shown += `'${untilZero(arg.slice(0, UNKNOWN_ARGUMENT_BYTES - shown.length))}' `;
  }
  return `ERR unknown command '${untilZero(name.slice(0, 128))}', with args beginning with: ${shown}`;
}

export function unknownSubcommand(subcommand: string, container: string): string {
  return `ERR unknown subcommand '${untilZero(subcommand.slice(0, 128))}'. Try ${container.toUpperCase()} HELP.`;
}
