/**
 * A read that many ask for at once, as when a crowd comes into a room: all who ask while one is under way share the next one. What
 * each gets was read after they asked, so nothing is older than with a read of their own. Values are shared, too: nobody may change
 * them.
 */
export function shareReads<Value>(read: (key: string) => Promise<Value>): (key: string) => Promise<Value> {
  const underWay = new Map<string, { now: Promise<unknown>; next: Promise<Value> | null }>();

  function begin(key: string): Promise<Value> {
    const value = read(key);
    const entry = { now: value, next: null };
    underWay.set(key, entry);
    const end = () => {
      if (underWay.get(key) === entry && entry.next === null) underWay.delete(key);
    };
    value.then(end, end);
    return value;
  }

  return (key) => {
    const entry = underWay.get(key);
    if (entry === undefined) return begin(key);
    const again = () => begin(key);
    entry.next ??= entry.now.then(again, again);
    return entry.next;
  };
}
