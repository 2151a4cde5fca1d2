/**
 * How far V8 lets the heap grow before it collects garbage. By default, it is a multiple of the live data: with
 * thousands of accounts, hundreds of megabytes of garbage. Here it is a fixed number of bytes.
 */
import { getHeapStatistics, setFlagsFromString } from 'node:v8';

const roomBytes = 70 * 2 ** 20;
const lookEveryMs = 500;
/** V8's own choice, which small heaps grow by. */
const maxPercent = 300;

/** Keeps the heap within bounds for the life of the process, without holding it. */
export function limitHeapGrowth(): void {
  let last = 0;
  let alive = 0;
  setInterval(() => {
    const used = getHeapStatistics().used_heap_size;
    // What is left after a collection is what is alive.
    if (used < last || alive === 0) alive = used;
    last = used;
    setFlagsFromString(
      `--heap-growing-percent=${Math.min(maxPercent, Math.ceil((100 * roomBytes) / alive))}`,
    );
  }, lookEveryMs).unref();
}
