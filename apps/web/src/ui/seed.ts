/** FNV-1a hash of a text: the same text always gets the same picture or colour. */
export function seedOf(text: string): number {
  let hash = 0x811c9dc5;
  for (const character of text) {
    hash ^= character.codePointAt(0) ?? 0;
    hash = Math.imul(hash, 0x01000193);
  }
  return hash >>> 0;
}

/** One of `items`, chosen by the seed; `salt` gives independent choices from one seed. */
export function pick<Item>(items: readonly Item[], seed: number, salt = 0): Item {
  const mixed = Math.imul(seed ^ (salt * 0x9e3779b9), 0x85ebca6b) >>> 0;
  const item = items[(mixed >>> 8) % items.length];
  if (item === undefined) throw new RangeError("nothing to pick from");
  return item;
}
