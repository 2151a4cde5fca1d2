/**
 * Limits how far V8 lets the heap grow before it collects garbage. V8's default is a multiple of the live data: with
 * thousands of accounts, hundreds of megabytes of garbage. Here the limit is a fixed number of bytes.
 */
import { getHeapStatistics, setFlagsFromString } from 'node:v8';

const roomBytes = 70 * 2 ** 20;
const lookEveryMs = 500;
/** V8's default; small heaps keep it. */
const maxPercent = 300;

/** Limits the heap as long as the process runs, without keeping the process alive. */
export function limitHeapGrowth(): void {
  let last = 0;
  let alive = 0;
  setInterval(() => {
    const used = getHeapStatistics().used_heap_size;
    // The size after a collection is that of the live data.
    if (used < last || alive === 0) alive = used;
    last = used;
    setFlagsFromString(
      `--heap-growing-percent=${Math.min(maxPercent, Math.ceil((100 * roomBytes) / alive))}`,
    );
  }, lookEveryMs).unref();
}
