/**
 * Looks after the keys of connections that were cut with replies unread.
 *
 * The server may have executed all, some or none of the commands whose replies were lost, but only a prefix
 * of them, in order, each as a whole. So after a while the sweeper reads all keys of the connection at once
 * with MGET, and demands that they are the state after some prefix. Then it deletes them, so that the data
 * stays of one size.
 */
import { setTimeout as sleep } from 'node:timers/promises';
import type { RespClient } from '../resp-client.js';
import { keysOf } from './commands.js';
import type { Command, Model } from './model.js';

/** What a client leaves behind. */
export interface Estate {
  readonly prefix: string;
  /** The state after the last command whose reply arrived. */
  readonly base: Model;
  readonly unconfirmed: readonly Command[];
}

/** How long the server may still be reading what a closed connection had sent. */
const REST_MS = 5000;

/** See the head of the file. */
export class Sweeper {
  private readonly queue: { estate: Estate; dueMs: number }[] = [];
  /** Estates checked so far. */
  checked = 0;

  /** `checks` is false for a server without MGET: keys are then left where they are. */
  constructor(
    private readonly client: RespClient,
    private readonly checks: boolean,
  ) {}

  /** Takes over the keys of a client. */
  give(estate: Estate): void {
    this.queue.push({ estate, dueMs: Date.now() + REST_MS });
  }

  /** Sweeps what has rested long enough; rejects when the keys are in a state that no prefix explains. */
  async sweep(): Promise<void> {
    for (let next = this.queue[0]; next !== undefined && next.dueMs <= Date.now(); next = this.queue[0]) {
      this.queue.shift();
      if (this.checks) await this.check(next.estate);
    }
  }

  /** Sweeps until nothing is left. */
  async finish(): Promise<void> {
    while (this.queue.length > 0) {
      await this.sweep();
      await sleep(100);
    }
  }

  private async check({ prefix, base, unconfirmed }: Estate): Promise<void> {
    const keys = keysOf(prefix);
    const found = await this.client.demand('MGET', ...keys);
    if (!Array.isArray(found)) throw new Error('MGET did not return an array');
    const state = base.clone();
    const matches = (): boolean => keys.every((key, i) => found[i] === (state.get(key) ?? null));
    let executed = 0;
    while (!matches()) {
      const command = unconfirmed[executed++];
      if (command === undefined) {
        throw new Error(
          `${prefix}: no prefix of ${unconfirmed.length} unconfirmed commands explains its keys`,
        );
      }
      state.apply(command);
    }
    await this.client.demand('DEL', ...keys);
    this.checked++;
  }
}
