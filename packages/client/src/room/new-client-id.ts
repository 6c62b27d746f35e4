/** A version 4 UUID (RFC 9562 section 5.4). `crypto.randomUUID` is missing on pages that were not loaded securely. */
export function newClientId(random: () => number): string {
  const digit = (index: number) => {
    if (index === 12) return "4";
    const value = Math.floor(random() * 16);
    return (index === 16 ? (value & 3) | 8 : value).toString(16);
  };
  const hex = Array.from({ length: 32 }, (_, index) => digit(index)).join("");
  return [hex.slice(0, 8), hex.slice(8, 12), hex.slice(12, 16), hex.slice(16, 20), hex.slice(20)].join("-");
}
