/** The server under test where there is no reference to compare it with: started for a block of tests. */
import { afterAll, beforeAll, beforeEach } from 'vitest';
import { encodeCommand, toBytes, type Argument } from './command-line.js';
import type { RawConnection } from './raw-connection.js';
import { parseReply, type Reply } from './reply.js';
import { ServerProcess, programUnderTest } from './server-process.js';

const PIPELINED = 500;

export class TestedServer {
  private server: ServerProcess | undefined;
  private connection: RawConnection | undefined;

  async start(): Promise<void> {
    this.server = await ServerProcess.start(programUnderTest());
    this.connection = await this.server.connect();
  }

  async stop(): Promise<void> {
    this.connection?.close();
    await this.server?.stop();
  }

  /** The reply to one command. */
  async ask(...words: readonly Argument[]): Promise<Reply> {
    const [reply] = await this.send(words);
    if (reply === undefined) throw new Error('no reply');
    return reply;
  }

  /** The replies to commands, which go in writes of some hundreds. */
  async send(...commands: readonly (readonly Argument[])[]): Promise<Reply[]> {
    if (this.connection === undefined) throw new Error('the server has not been started');
    const replies: Reply[] = [];
    for (let at = 0; at < commands.length; at += PIPELINED) {
      const batch = commands.slice(at, at + PIPELINED);
      void this.connection.send(Buffer.concat(batch.map((words) => encodeCommand(words.map(toBytes)))));
      replies.push(...(await this.connection.replies(batch.length)).map(parseReply));
    }
    return replies;
  }
}

/** A server for the tests of this block (or file), each of which begins with empty databases. */
export function testedServer(): TestedServer {
  const server = new TestedServer();
  beforeAll(() => server.start());
  afterAll(() => server.stop());
  beforeEach(async () => {
    await server.ask('FLUSHALL');
  });
  return server;
}
