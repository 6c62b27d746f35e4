import { expect, test } from "vitest";
import { formatMoney, formatPoints, formatUnits, parseUnits } from "./money.ts";

test("prices have the decimals of their currency", () => {
  expect(formatMoney({ amount: 1299, currency: "usd" })).toBe("$12.99");
  expect(formatMoney({ amount: 5, currency: "eur" })).toBe("€0.05");
  expect(formatMoney({ amount: 1500, currency: "jpy" })).toBe("¥1,500");
});

test("coins are whole where they are, and hundredths where they are not", () => {
  expect(formatPoints(125_000)).toBe("1,250");
  expect(formatPoints(1270)).toBe("12.70");
  expect(formatPoints(-100)).toBe("-1");
});

test("a price somebody types is read in the currency's decimals, or not at all", () => {
  expect(formatUnits(499, "usd")).toBe("4.99");
  expect(parseUnits(" 4,9 ", "usd")).toBe(490);
  expect(parseUnits("500", "jpy")).toBe(500);
  for (const text of ["", "4.999", "-1", "4.", "1e3", "1 000"]) expect(parseUnits(text, "usd")).toBeNull();
});
