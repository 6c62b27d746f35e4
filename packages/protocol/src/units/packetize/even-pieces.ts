/** The length of pieces, as equal as can be, into which `length` bytes are cut when none may exceed `most`. */
export function evenPiece(length: number, most: number): number {
  return Math.ceil(length / Math.ceil(length / most));
}
