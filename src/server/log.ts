/**
 * The server's log, in the format of Redis: `pid:role dd Mon yyyy hh:mm:ss.mmm # message`, in local time.
 *
 * The role is M (primary), S (replica) or C (a worker of the server's); the mark tells the level: `.` debug,
 * `-` verbose, `*` notice, `#` warning. Lines below the configured level are dropped before anything is built.
 *
 * A line is written synchronously, so that what led to a crash is on record. A line that cannot be written is lost:
 * a full disk or a closed terminal must not stop the server.
 *
 * The file is opened for each line, so that whoever rotates logs may move it away at any time.
 *
 * Cost: some microseconds and three system calls per line; not for the hot path.
 */
import { appendFileSync, closeSync, openSync } from 'node:fs';
import * as path from 'node:path';
import type { Config } from '../config/index.js';
import { syslogSink } from './syslog.js';

/** From the least to the most important. */
const LEVELS = ['debug', 'verbose', 'notice', 'warning'] as const;
const MARKS = '.-*#';
const MONTHS = ['Jan', 'Feb', 'Mar', 'Apr', 'May', 'Jun', 'Jul', 'Aug', 'Sep', 'Oct', 'Nov', 'Dec'] as const;

/** The longest line, in characters; what is longer is cut, as no message of our own is. */
const LINE_LENGTH_MAX = 8192;

/** How important a message is. */
export type LogLevel = (typeof LEVELS)[number];

/** Whose message it is: of a primary, a replica, or a worker. */
export type LogRole = 'M' | 'S' | 'C';

/** Takes one finished line, with its newline. */
export type LogSink = (line: string) => void;

/** Takes one message without time and process, on one line. */
export type MessageSink = (level: LogLevel, message: string) => void;

function pad(value: number, width: number): string {
  return String(value).padStart(width, '0');
}

/** `21 Nov 2026 09:05:07.012`, in local time. */
export function formatLogTime(time: Date): string {
  const date = [pad(time.getDate(), 2), MONTHS[time.getMonth()], time.getFullYear()].join(' ');
  const clock = [time.getHours(), time.getMinutes(), time.getSeconds()].map((part) => pad(part, 2)).join(':');
  return `${date} ${clock}.${pad(time.getMilliseconds(), 3)}`;
}

/** Formats messages, drops those below its level, and hands the rest to its sink. */
export class Log {
  /** Messages below this level are dropped. */
  level: LogLevel;
  role: LogRole = 'M';
  readonly #sink: LogSink;
  readonly #also: MessageSink | undefined;

  /** `also`, if given, takes every message that is written. */
  constructor(level: LogLevel, sink: LogSink, also?: MessageSink) {
    this.level = level;
    this.#sink = sink;
    this.#also = also;
  }

  /** Details for those who hunt a mistake. */
  debug(message: string): void {
    this.write('debug', message);
  }

  /** What happens often and is rarely of interest. */
  verbose(message: string): void {
    this.write('verbose', message);
  }

  /** What an operator wants to see of a healthy server. */
  notice(message: string): void {
    this.write('notice', message);
  }

  /** What needs attention. */
  warning(message: string): void {
    this.write('warning', message);
  }

  /** True if a message of this level would be written; for messages that are dear to build. */
  isWriting(level: LogLevel): boolean {
    return LEVELS.indexOf(level) >= LEVELS.indexOf(this.level);
  }

  /** Writes one line. Control characters become spaces, so that no message can forge a second line. */
  write(level: LogLevel, message: string): void {
    if (!this.isWriting(level)) return;
    const head = `${String(process.pid)}:${this.role} ${formatLogTime(new Date())}`;
    const mark = MARKS[LEVELS.indexOf(level)] ?? '#';
    const clean = message.slice(0, LINE_LENGTH_MAX).replace(/[\x00-\x1f\x7f]/g, ' ');
    this.#sink(`${head} ${mark} ${clean}\n`);
    this.#also?.(level, clean);
  }
}

/** A sink that appends to a file. Throws if the file cannot be opened now. */
export function fileSink(file: string): LogSink {
  closeSync(openSync(file, 'a', 0o644));
  return (line) => {
    try {
      appendFileSync(file, line, { mode: 0o644 });
    } catch {
      // There is nowhere left to say so.
    }
  };
}

/** A sink to standard output. */
export function standardOutputSink(): LogSink {
  process.stdout.on('error', () => {
    // The reader has gone; without a listener this would end the process.
  });
  return (line) => void process.stdout.write(line);
}

/** The log that a configuration asks for; follows CONFIG SET loglevel. Throws if `logfile` cannot be opened. */
export function openLog(config: Config): Log {
  const sink =
    config.logfile === '' ? standardOutputSink() : fileSink(path.resolve(config.dir, config.logfile));
  const log = new Log(config.loglevel, sink, config.syslogEnabled ? syslogSink(config) : undefined);
  config.onChange('loglevel', (level) => {
    log.level = level;
    return undefined;
  });
  return log;
}
