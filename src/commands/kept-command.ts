// KeptCommand: one command kept to be executed later, in the name of its client: what a client that waits has asked for.
import { KeptFrame } from './kept-frame.js';

export class KeptCommand extends KeptFrame {
  /** Its number. */
  id = -1;

  /** Keeps a command whose arguments are `count` from `first` on in `args`, over `bytes`. O(its bytes) */
  keep(id: number, bytes: Uint8Array, args: Int32Array, first: number, count: number): void {
    this.clear();
    this.id = id;
    this.add(bytes, args, first, count);
  }
}
