/** Operations on the batch and on frames outside the input arena. */
export interface FrameOperations {
  /** Hashes the keys of the chunk's commands and brings their buckets and entries near. */
  prefetch(commands: number): number;
  /**
   * The caller fills the input arena by itself until it returns to the loop. Ends the process if commands of connections wait
   * there, which would be written over.
   */
  takeInput(unused: number): number;
  /** Takes numbers[NowMs] as the time of what follows. */
  startTurn(unused: number): number;
  /** From now on arguments lie in `bytes`, listed in `args`, until leaveFrame. */
  enterFrame(bytes: Uint8Array, args: Int32Array): void;
  leaveFrame(unused: number): number;
  /**
   * Keeps commands `from` to `to` of the chunk, at least one, in a queue, or in a new one if `queue` is -1; its number.
   * numbers[A]: bytes of all its arguments and of what stood between them; numbers[B]: bytes of memory that it takes;
   * numbers[C]: words of `args` in enterQueue. The bytes must stay below 2^31. O(bytes)
   */
  queueRows(queue: number, from: number, to: number): number;
  /** The same for command `id`, whose `count` arguments stand in the current frame from `first` on. */
  queueCommand(queue: number, id: number, first: number, count: number): number;
  /** The number of command `i` of a queue. */
  queuedId(queue: number, i: number): number;
  /**
   * Copies a queue: its bytes to `bytes`, its arguments and then its commands (number, first argument, how many) to
   * `args`, which must have room for them. From now on arguments lie there, until leaveFrame. O(bytes)
   */
  enterQueue(queue: number, bytes: Uint8Array, args: Int32Array): void;
  /** A queue and its memory are gone. */
  closeQueue(queue: number): number;
  /** Makes the reply arena free: what is in it leaves for its connections. */
  drain(unused: number): number;
  /** Writes an argument as a bulk reply. */
  writeArgument(argument: number): number;
}
