/**
 * The hints that redis-cli shows behind what is being typed, and its HELP. It makes both from COMMAND DOCS when a person
 * uses it, so it runs in a pseudo terminal here, once with the server under test and once with Redis 8.0: names and
 * texts of arguments are those of that version.
 *
 * Each key that is typed makes redis-cli write its line anew: the prompt, what has been typed, the hint in grey, and last
 * of all the place of the cursor. A hint is read when the line with all that was typed is complete; nothing waits for
 * time to pass.
 */
import { spawn, type ChildProcessWithoutNullStreams } from 'node:child_process';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { findProgram } from '../support/programs.js';
import { ServerProcess, programUnderTest, referenceProgram } from '../support/server-process.js';

const PATIENCE_MS = 60_000;
/** Wider than any hint, so that no line is cut. */
const COLUMNS = 1000;
/** The colours around a hint. */
const COLOURS = String.raw`(?:\x1b\[[0-9;]*m)*`;
/** The end of a line that is complete: the cursor is put behind what was typed. */
const CURSOR = String.raw`\r\x1b\[\d+C$`;
const DISCARD_LINE = '\x15';
const END_OF_INPUT = '\x04';

const TYPED = [
  'get', 'get ', 'get k ', 'set ', 'set k ', 'set k v ', 'set k v ex ', 'set k v ex 10 ', 'set k v ex 10 nx ', 'mset k v ',
  'zadd k ', 'zadd k nx 1 ', 'zrange k 0 -1 ', 'bitfield k ', 'bitfield k overflow sat ', 'bitpos k 1 ',
  'sort k by w limit 0 10 get # get x ', 'geosearch k fromlonlat 1 2 ', 'georadius k 1 2 3 km ',
  'xadd k maxlen ~ 10 ', 'xreadgroup group g c streams ', 'xgroup create ', 'xinfo stream k ', 'hexpire k 10 nx fields 1 ',
  'hsetex k ', 'blpop k ', 'eXpIre k ', 'client kill ', 'client kill id 3 ', 'client list ', 'client tracking on prefix a ',
  'acl setuser ', 'config get ', 'config ', 'subscribe ', 'unsubscribe ', 'command list filterby ', 'hello ',
  'shutdown ', 'ping ', 'dbsize ', 'no-such-command ',
]; // prettier-ignore

/** redis-cli in a pseudo terminal, as somebody would use it. */
class Terminal {
  private output = '';
  private changed: () => void = () => undefined;

  private constructor(
    private readonly child: ChildProcessWithoutNullStreams,
    private readonly prompt: string,
  ) {
    child.stdout.on('data', (chunk: Buffer) => {
      this.output += chunk.toString('latin1');
      this.changed();
    });
  }

  /** Starts redis-cli for the server at `port`, and waits for its prompt. */
  static async open(port: number): Promise<Terminal> {
    const [script, client] = ['script', 'redis-cli'].map(findProgram);
    if (script === undefined || client === undefined)
      throw new Error('script (of util-linux) and redis-cli must be on PATH to run this test');
    const command = `stty cols ${COLUMNS}; exec '${client}' -h 127.0.0.1 -p ${port}`;
    const env = { ...process.env, TERM: 'xterm', REDISCLI_HISTFILE: '/dev/null' };
    const child = spawn(script, ['-qefc', command, '/dev/null'], { stdio: 'pipe', env });
    const terminal = new Terminal(child, `127\\.0\\.0\\.1:${port}> `);
    await terminal.until(new RegExp(`${terminal.prompt}$`));
    return terminal;
  }

  /** The hint that stands behind `typed`, without colours. */
  async hint(typed: string): Promise<string> {
    this.type(typed);
    const line = await this.until(
      new RegExp(`${this.prompt}${typed}(${COLOURS}[^\\x1b\\r]*${COLOURS})${CURSOR}`),
    );
    this.type(DISCARD_LINE);
    await this.until(new RegExp(`${this.prompt}${CURSOR}`));
    return line[1].replace(new RegExp(COLOURS, 'g'), '');
  }

  /** What a line gives, up to the next prompt. */
  async run(line: string): Promise<string> {
    this.type(`${line}\r`);
    const found = await this.until(new RegExp(`\n([^]*)${this.prompt}$`));
    return found[1].replace(new RegExp(COLOURS, 'g'), '').replaceAll('\r', '');
  }

  async close(): Promise<void> {
    const ended = new Promise((done) => this.child.once('close', done));
    this.type(END_OF_INPUT);
    await ended;
  }

  private type(keys: string): void {
    this.output = '';
    this.child.stdin.write(keys);
  }

  private async until(pattern: RegExp): Promise<RegExpExecArray> {
    const deadline = Date.now() + PATIENCE_MS;
    for (;;) {
      const found = pattern.exec(this.output);
      if (found !== null) return found;
      const left = deadline - Date.now();
      if (left <= 0) {
        this.child.kill();
        throw new Error(`${pattern} was not shown; there is ${JSON.stringify(this.output.slice(-2000))}`);
      }
      await new Promise<void>((done) => {
        const timer = setTimeout(done, left);
        this.changed = () => {
          clearTimeout(timer);
          done();
        };
      });
    }
  }
}

let servers: ServerProcess[] = [];
let terminals: Terminal[] = [];

beforeAll(async () => {
  const programs = [programUnderTest(), referenceProgram('8.0')];
  servers = await Promise.all(programs.map((program) => ServerProcess.start(program)));
  terminals = await Promise.all(servers.map((server) => Terminal.open(server.port)));
});

afterAll(async () => {
  await Promise.all(terminals.map((terminal) => terminal.close()));
  await Promise.all(servers.map((server) => server.stop()));
});

describe('redis-cli in a terminal', () => {
  it('hints at the arguments as it does with Redis', async () => {
    const hints: Record<string, string>[] = [{}, {}];
    for (const typed of TYPED) {
      const shown = await Promise.all(terminals.map((terminal) => terminal.hint(typed)));
      shown.forEach((hint, at) => (hints[at][typed] = hint));
    }
    expect(hints[0]).toEqual(hints[1]);
    expect(hints[0]['get ']).toBe('key');
    expect(hints[0]['set k v ']).toContain('[NX|XX] [GET] [EX seconds|');
    expect(hints[0]['no-such-command ']).toBe('');
  });

  it('shows the syntax in HELP', async () => {
    for (const line of ['help set', 'help hgetex', 'help client kill', 'help xadd']) {
      const [actual, expected] = await Promise.all(terminals.map((terminal) => terminal.run(line)));
      const syntax = (text: string): string => text.trim().split('\n')[0];
      expect(syntax(actual)).toBe(syntax(expected));
      expect(actual).toMatch(/summary: .+\n {2}since: \d.+\n {2}group: \w+/);
    }
  });
});
