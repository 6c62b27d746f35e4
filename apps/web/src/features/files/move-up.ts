/** The list with the entry at `index` before the one it followed. */
export function moveUp<Entry>(list: readonly Entry[], index: number): Entry[] {
  if (index <= 0 || index >= list.length) return [...list];
  return [...list.slice(0, index - 1), list[index]!, list[index - 1]!, ...list.slice(index + 1)];
}
