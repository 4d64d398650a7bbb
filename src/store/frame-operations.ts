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
  /** Makes the reply arena free: what is in it leaves for its connections. */
  drain(unused: number): number;
  /** Writes an argument as a bulk reply. */
  writeArgument(argument: number): number;
}
