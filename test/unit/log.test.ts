/** The log: its format, levels, and where it goes. */
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import * as path from 'node:path';
import { describe, expect, test } from 'vitest';
import { loadConfig } from '../../src/config/index.js';
import { fileSink, formatLogTime, Log, openLog } from '../../src/server/log.js';
import { syslogMessage } from '../../src/server/syslog.js';

test('a time is written in full, in local time', () => {
  expect(formatLogTime(new Date(2026, 0, 5, 9, 5, 7, 12))).toBe('05 Jan 2026 09:05:07.012');
  expect(formatLogTime(new Date(2026, 11, 31, 23, 59, 59, 999))).toBe('31 Dec 2026 23:59:59.999');
});

describe('lines', () => {
  test('bear process, role, time and mark', () => {
    const lines: string[] = [];
    const log = new Log('debug', (line) => lines.push(line));
    log.debug('a');
    log.verbose('b');
    log.notice('c');
    log.role = 'S';
    log.warning('d');
    const time = String.raw`\d\d [A-Z][a-z]{2} \d{4} \d\d:\d\d:\d\d\.\d{3}`;
    const expected = [`M ${time} \\. a`, `M ${time} - b`, `M ${time} \\* c`, `S ${time} # d`];
    expect(lines).toHaveLength(expected.length);
    expected.forEach((pattern, at) => {
      expect(lines[at]).toMatch(new RegExp(`^${String(process.pid)}:${pattern}\\n$`));
    });
  });

  test('below the level are dropped', () => {
    const lines: string[] = [];
    const log = new Log('notice', (line) => lines.push(line));
    log.debug('a');
    log.verbose('b');
    expect(lines).toEqual([]);
    log.notice('c');
    log.level = 'warning';
    log.notice('d');
    expect(lines).toHaveLength(1);
    expect([log.isWriting('notice'), log.isWriting('warning')]).toEqual([false, true]);
  });

  test('stay one line, whatever a message holds', () => {
    const lines: string[] = [];
    new Log('notice', (line) => lines.push(line)).notice('a\nb\r\x1b[0m' + 'x'.repeat(10000));
    expect(lines[0]).toMatch(/ \* a b {2}\[0mx+\n$/);
    expect(lines[0]?.length).toBeLessThan(8300);
  });
});

test('a log file is appended to, in the configured folder, and follows CONFIG SET loglevel', () => {
  const folder = mkdtempSync(path.join(tmpdir(), 'redwing-log-'));
  try {
    const words = ['--dir', folder, '--logfile', 'redwing.log', '--loglevel', 'warning'];
    const config = loadConfig({ words });
    fileSink(path.join(folder, 'redwing.log'))('before\n');
    const log = openLog(config);
    log.notice('one');
    expect(config.set([['loglevel', 'notice']])).toEqual({ ok: true });
    log.notice('two');
    expect(readFileSync(path.join(folder, 'redwing.log'), 'utf8')).toMatch(/^before\n\d+:M .* \* two\n$/);
  } finally {
    rmSync(folder, { recursive: true });
  }
});

test('a log file that cannot be opened is an error', () => {
  expect(() => openLog(loadConfig({ words: ['--logfile', '/nonexistent/redwing.log'] }))).toThrow('ENOENT');
});

test('a message to syslog has its priority, name and process', () => {
  expect(syslogMessage('local0', 'redwing', 7, 'warning', 'a b')).toBe('<132>redwing[7]: a b');
  expect(syslogMessage('local7', 'r', 7, 'debug', 'x')).toBe('<191>r[7]: x');
  expect(syslogMessage('user', 'r', 7, 'notice', 'x')).toBe('<13>r[7]: x');
});
