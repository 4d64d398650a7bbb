/** The shape of a case of `npm run bench:micro`; see ../micro.ts. */

/** One thing that is timed. Every file in this folder except this one exports `cases`, an array of them. */
export interface MicroCase {
  /** Unique within its file; results name it `file: name`. */
  readonly name: string;
  /** How many operations one call of `run` does: results are per operation. Default 1. */
  readonly operations?: number;
  /** What is timed. Its result is kept, so that it cannot be optimised away. */
  run(): unknown;
  /** Called once before and after the timing, untimed. */
  setUp?(): void;
  tearDown?(): void;
}
