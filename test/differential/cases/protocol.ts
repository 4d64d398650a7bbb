/**
 * The protocol itself: inline commands, broken requests, and what the server says to commands it does not
 * know.
 */
import type { DifferentialCase } from '../../support/server-pair.js';
import { bytes, fate, pipeline } from '../../support/steps.js';
import { ALL_BYTES, each, table } from '../../support/tables.js';

const INLINE = [
  'PING\r\n', 'PING\n', 'ping hello\r\n', '  PING  \r\n', '\tPING\t\r\n', 'PING\r\nPING\r\n', '\r\n', '\n',
    '\r\n\r\nPING\r\n', ' \r\nPING\r\n',
  'SET k v\r\nGET k\r\n', 'SET k "a b"\r\nGET k\r\n', "SET k 'a b'\r\nGET k\r\n",
    'SET k "a\\x41\\n\\r\\t\\b\\a\\\\\\"z"\r\nGET k\r\n', "SET k 'a\\'b\\n'\r\nGET k\r\n",
  'SET k ""\r\nGET k\r\n', "SET k ''\r\nGET k\r\n", 'SET k "open\r\n', "SET k 'open\r\n", 'SET k "a"b\r\n',
    "SET k 'a'b\r\n", 'SET k a"b"\r\n', 'ECHO a"b c"\r\n', 'ECHO "\\xZZ"\r\n', 'ECHO "\\x4"\r\n',
  'ECHO "\\q"\r\n', 'ECHO "\xff\x80"\r\n', 'ECHO \xff\x80\r\n', 'ECHO a\x00b\r\n', '"PING"\r\n', '""\r\n',
    "''\r\n", '"" x\r\n', 'BOGUS a b c\r\n', 'BOGUS "a\\r\\nb"\r\n', 'GET\r\n', 'PING\r', 'PING\r\r\n',
  'PING\x0b\r\n', 'ECHO \x0ba\r\n', '+PING\r\n', '-PING\r\n', ':1\r\n', '$4\r\nPING\r\n', '{"a":1}\r\n',
    'QUIT\r\nPING\r\n',
]; // prettier-ignore

const MULTIBULK = [
  '*1\r\n$4\r\nPING\r\n', '*0\r\n', '*-1\r\n', '*-10\r\nPING\r\n', '*0\r\n*1\r\n$4\r\nPING\r\n', '*\r\n',
    '*x\r\n', '*1x\r\n', '* 1\r\n', '*+1\r\n$4\r\nPING\r\n', '*01\r\n$4\r\nPING\r\n', '*1.0\r\n',
  '*1048576\r\n', '*1048577\r\n', '*2147483647\r\n', '*2147483648\r\n', '*9223372036854775807\r\n',
    '*99999999999999999999\r\n', '*-99999999999999999999\r\n', '*1\r\n$-1\r\n', '*1\r\n$-2\r\n',
    '*1\r\n$x\r\n',
  '*1\r\n$\r\n', '*1\r\n$4x\r\n', '*1\r\n$ 4\r\nPING\r\n', '*1\r\n$+4\r\nPING\r\n', '*1\r\n$04\r\nPING\r\n',
    '*1\r\n$536870913\r\n', '*1\r\n$9223372036854775807\r\n', '*1\r\n$99999999999999999999\r\n',
    '*1\r\nPING\r\n',
  '*1\r\n+PING\r\n', '*1\r\n:4\r\n', '*1\r\n*1\r\n', '*1\r\n\r\n', '*1\r\n\x00', '*1\r\n\xff\r\n',
    '*1\r\n"\r\n', '*1\r\n$0\r\n\r\n', '*2\r\n$0\r\n\r\n$1\r\nx\r\n', '*1\r\n$4\r\nPINGxx',
    '*1\r\n$4\r\nPINGxx*1\r\n$4\r\nPING\r\n',
  '*1\n$4\nPING\n', '*1\r$4\rPING\r', '*1\r\n$4\nPING\r\n', '*1\r\n$4\r\nPIN', '*2\r\n$4\r\nPING\r\n',
    '*1\r\n$3\r\nPING\r\n', '*1\r\n$5\r\nPING\r\n*1\r\n$4\r\nPING\r\n',
    '*1\r\n$4\r\nPING\r\nPING\r\n*1\r\n$4\r\nPING\r\n', '*1\r\n$4\r\nping\r\n\r\n\r\n*1\r\n$4\r\nPING\r\n',
  '*3\r\n$3\r\nSET\r\n$1\r\nk\r\n$2\r\n\r\n\r\n*2\r\n$3\r\nGET\r\n$1\r\nk\r\n',
    '*2\r\n$4\r\nECHO\r\n$3\r\na\x00b\r\n', '*2\r\n$4\r\nPING\r\n$-1\r\n',
    'PING\r\n*1\r\n$4\r\nPING\r\nPING\r\n*x\r\nPING\r\n',
    '*1\r\n$4\r\nPING\r\n*1\r\n$-5\r\n*1\r\n$4\r\nPING\r\n',
]; // prettier-ignore

export const protocolCases: DifferentialCase[] = [
  ...INLINE.map((raw) => ({ title: `inline ${JSON.stringify(raw)}`, steps: [bytes(raw, ['PING'])] })),
  ...MULTIBULK.map((raw) => ({ title: `multibulk ${JSON.stringify(raw)}`, steps: [bytes(raw, ['PING'])] })),
  ...MULTIBULK.map((raw) => ({ title: `multibulk byte by byte ${JSON.stringify(raw)}`,
    steps: Array.from(raw, (byte) => bytes(byte)).slice(0, 60) })),
  ...table(
    ['garbage', bytes(ALL_BYTES)],
    ['NUL bytes', bytes('\0\0\0\0\r\n'), bytes('PING\r\n')],
    ['an HTTP request', bytes('GET / HTTP/1.1\r\nHost: localhost\r\n\r\n'), fate()],
    ['an HTTP POST', bytes('POST / HTTP/1.1\r\nHost: localhost\r\n\r\n'), fate()],
    ['an inline command at the limit', bytes(`ECHO ${'x'.repeat(65_000)}\r\n`)],
    ['an inline command without an end', bytes('x'.repeat(70_000)), fate()],
    ['an inline command that is too long but has an end', bytes(`ECHO ${'x'.repeat(70_000)}\r\n`)],
    ['a multibulk count without an end', bytes(`*${'1'.repeat(70_000)}`), fate()],
    ['a bulk length without an end', bytes(`*1\r\n$${'1'.repeat(70_000)}`), fate()],
    ['a long line of spaces', bytes(`${' '.repeat(60_000)}\r\nPING\r\n`)],
    ['an inline command with very many words', bytes(`MGET ${'a '.repeat(20_000)}\r\n`)],
    ['a request with very many arguments', ['MGET', ...Array.from({ length: 50_000 }, () => 'a')]],
    ['a pipeline', pipeline('SET a 1', 'INCR a', 'GET a', 'BOGUS', 'GET', 'DEL a', 'EXISTS a')],
    ['errors in a pipeline keep their places', pipeline('BOGUS 1', 'PING', 'GET', 'SET k', 'PING',
      'INCRBY k x', 'PING')],
    ['proto-max-bulk-len', 'CONFIG SET proto-max-bulk-len 1048576', bytes('*2\r\n$3\r\nGET\r\n$1048577\r\n'),
      fate()],
    ['proto-max-bulk-len is given back', 'CONFIG SET proto-max-bulk-len 512mb',
      'CONFIG GET proto-max-bulk-len'],
    ['proto-max-bulk-len bounds strings', 'CONFIG SET proto-max-bulk-len 1048576', 'SETRANGE k 1048575 x',
      'SETRANGE k 1048576 x', 'APPEND k x', 'SETBIT k 8388608 1', 'STRLEN k',
      'CONFIG SET proto-max-bulk-len 512mb'],
  ),
  ...each('unknown commands', [], [
    'BOGUS', 'BOGUS a', 'BOGUS a b c d', 'bogus "a b"', 'BOGUS ""', '""', '"" a', '"a b" c',
      'BOGUS "a\\r\\nb"', '"BO\\r\\nGUS"', 'BOGUS "\'quoted\'"', 'BOGUS "\\x00\\xff"', '"\\x00"',
      '"\\xff\\xfe" a',
    ['X'.repeat(200)], ['X'.repeat(200), 'y'.repeat(200)], ['BOGUS', 'a'.repeat(127), 'b'], ['BOGUS',
      'a'.repeat(128), 'b'], ['BOGUS', 'a'.repeat(129), 'b'], ['BOGUS', ...Array.from({ length: 100 }, (_,
      i) => `arg${i}`)],
    ['BOGUS', 'a'.repeat(100), 'b'.repeat(100), 'c'], ['BOGUS', '\0'.repeat(130)], 'GET|SET', 'client|id',
      'CLIENT|ID', 'GETT k', 'GE k', 'HELL', 'config|get x', ['BOGUS', ALL_BYTES], ['X'.repeat(128)],
      ['X'.repeat(129)],
  ]),
  ...each('unknown subcommands', [], [
    'CLIENT bogus', 'CONFIG bogus', 'CONFIG bogus a b', 'COMMAND bogus', 'OBJECT bogus', ['CLIENT',
      'x'.repeat(200)], ['CLIENT', ALL_BYTES], 'CONFIG "ge\\r\\nt" x', 'client "get name"', ['CONFIG',
      'y'.repeat(128)], ['CONFIG', 'y'.repeat(129)],
  ]),
]; // prettier-ignore
