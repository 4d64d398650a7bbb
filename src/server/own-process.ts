// What a server does with a process that is its own, and leaves alone in one that somebody else has as well.
import { lowerOtherThreads } from '../store/native.js';

/**
 * Has the threads in which V8 compiles and collects garbage give way to the event loop. They begin their work in the midst of a
 * burst; on a core that they share with the loop they would keep it from its clients for 10 to 30 ms.
 */
export function ownProcess(): void {
  lowerOtherThreads();
}
