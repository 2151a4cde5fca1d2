/** Processes many items with a limited number in flight: it pulls from the source only when a slot is free. */

/**
 * Calls `work` for each item, at most `limit` at a time. Rejects with the first error, after the work in flight has
 * ended. `isOver` is checked before each item.
 */
export async function forEachConcurrent<T>(
  source: AsyncIterable<T> | Iterable<T>,
  limit: number,
  work: (item: T) => Promise<void>,
  isOver: () => boolean = () => false,
): Promise<void> {
  let running = 0;
  let wake: (() => void) | null = null;
  const errors: unknown[] = [];
  const ended = (): void => {
    running -= 1;
    wake?.();
  };
  const place = async (max: number): Promise<void> => {
    while (running > max) await new Promise<void>((resolve) => (wake = resolve));
  };
  try {
    for await (const item of source) {
      if (errors.length > 0 || isOver()) break;
      running += 1;
      work(item).then(ended, (error: unknown) => {
        errors.push(error);
        ended();
      });
      await place(limit - 1);
    }
  } finally {
    await place(0);
  }
  if (errors.length > 0) throw errors[0];
}

/** How many accounts keep that many calls busy: an account makes a few calls one after another, then many together. */
export const accountConcurrency = (concurrency: number): number =>
  Math.min(256, Math.max(2, Math.ceil(concurrency / 2)));
