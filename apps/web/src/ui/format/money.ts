/** A price in the reader's way: `amount` is in the smallest unit of the currency (ISO 4217), 1299 of usd is `$12.99`. */
export function formatMoney({ amount, currency }: { amount: number; currency: string }): string {
  const format = new Intl.NumberFormat("en", { style: "currency", currency });
  return format.format(amount / 10 ** digitsOf(currency));
}

/** Points, 100 to a coin, as coins: `1,250`, `12.70`; whole coins without decimals. */
export function formatPoints(points: number): string {
  const decimals = points % 100 === 0 ? 0 : 2;
  return (points / 100).toLocaleString("en", {
    minimumFractionDigits: decimals,
    maximumFractionDigits: decimals,
  });
}

const digitsOf = (currency: string) =>
  new Intl.NumberFormat("en", { style: "currency", currency }).resolvedOptions().maximumFractionDigits ?? 2;

/** An amount in the smallest unit as people type it: 499 of usd is `4.99`. */
export function formatUnits(amount: number, currency: string): string {
  const digits = digitsOf(currency);
  return (amount / 10 ** digits).toFixed(digits);
}

/** The amount somebody typed, in the smallest unit; null: it is none. */
export function parseUnits(text: string, currency: string): number | null {
  const digits = digitsOf(currency);
  const [, whole = "", part = ""] = /^\s*(\d{1,8})(?:[.,](\d+))?\s*$/.exec(text) ?? [];
  if (whole === "" || part.length > digits) return null;
  return Number(whole) * 10 ** digits + Number(part.padEnd(digits, "0") || 0);
}
