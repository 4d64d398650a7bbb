/**
 * The verdict on two replies: equal, allowed to differ, or a failure that says all that is needed to repeat
 * it.
 */
import { parseReply, MalformedReplyError, type Reply } from './reply.js';
import { firstDifference, quoteAround, quoteCommand } from './readable-bytes.js';

/** A difference between two servers that is no fault. Applied only when the bytes are not equal. */
export interface AllowedDifference {
  readonly name: string;
  readonly reason: string;
  /** Whether this command's replies fall under the rule; `words` are its arguments in lower case. */
  applies(words: readonly string[]): boolean;
  /** Whether the two replies still say the same. */
  equivalent(expected: Reply, actual: Reply, words: readonly string[]): boolean;
}

/** The replies of two servers to the same command were not the same. */
export class DifferenceError extends Error {
  override readonly name = 'DifferenceError';
}

/**
 * The name of the rule that allows the difference, `equal` when there is none, undefined when it is a
 * failure.
 */
export function verdict(
  args: readonly Uint8Array[],
  expected: Buffer,
  actual: Buffer,
  allowed: readonly AllowedDifference[],
): string | undefined {
  if (expected.equals(actual)) return 'equal';
  const words = args
    .slice(0, 8)
    .map((arg) => Buffer.from(arg.subarray(0, 200)).toString('latin1').toLowerCase());
  const rules = allowed.filter((rule) => rule.applies(words));
  if (rules.length === 0) return undefined;
  try {
    const [left, right] = [parseReply(expected), parseReply(actual)];
    return rules.find((rule) => rule.equivalent(left, right, words))?.name;
  } catch (error) {
    if (error instanceof MalformedReplyError) return undefined;
    throw error;
  }
}

/** What a failure report shows. */
export interface Difference {
  readonly context: string;
  readonly history: readonly string[];
  readonly expectedFrom: string;
  readonly actualFrom: string;
  readonly expected: Uint8Array;
  readonly actual: Uint8Array;
}

const HISTORY_LINES = 60;

/**
 * The error for a difference: the commands that led there, then both replies, windowed around the first
 * difference.
 */
export function differenceError(difference: Difference): DifferenceError {
  const { history, expected, actual } = difference;
  const at = firstDifference(expected, actual);
  const shown = history.slice(-HISTORY_LINES);
  const left = history.length - shown.length;
  const width = Math.max(difference.expectedFrom.length, difference.actualFrom.length);
  return new DifferenceError(
    [
      `replies differ at byte ${at} (${difference.context})`,
      ...(left > 0 ? [`  ... ${left} commands before`] : []),
      ...shown.map((line, index) => `  ${left + index + 1}> ${line}`),
      `  expected, ${difference.expectedFrom.padEnd(width)}: ${quoteAround(expected, at)}`,
      `  actual,   ${difference.actualFrom.padEnd(width)}: ${quoteAround(actual, at)}`,
    ].join('\n'),
  );
}

/** A history line for a command. */
export function historyLine(args: readonly Uint8Array[]): string {
  return quoteCommand(args);
}
