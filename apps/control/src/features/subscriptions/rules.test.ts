import { SeededRandom } from "@sameroom/base/testing";
import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { addMonths, divideMoney, drawLots, monthsFrom, reversedOf } from "./rules.ts";

const usd = (amount: number) => ({ amount, currency: "usd" });

describe("months", () => {
  test("end on the same day, or on the last of a shorter month, and come back to the day", () => {
    const from = new Date("2027-01-31T10:00:00Z");
    const ends = monthsFrom(from, 4).map(({ endsAt }) => endsAt.toISOString().slice(0, 10));
    expect(ends).toEqual(["2027-02-28", "2027-03-31", "2027-04-30", "2027-05-31"]);
    expect(addMonths(new Date("2027-12-15T00:00:00Z"), 14).toISOString()).toBe("2029-02-15T00:00:00.000Z");
  });

  test("follow each other without a gap", () => {
    fc.assert(
      fc.property(
        fc.date({ min: new Date("2020-01-01"), max: new Date("2090-01-01"), noInvalidDate: true }),
        fc.integer({ min: 1, max: 12 }),
        (start, count) => {
          const months = monthsFrom(start, count);
          expect(months[0]?.startsAt).toEqual(start);
          for (const [index, { startsAt, endsAt }] of months.entries()) {
            expect(endsAt.getTime()).toBeGreaterThan(startsAt.getTime());
            if (index > 0) expect(startsAt).toEqual(months[index - 1]?.endsAt);
          }
        },
      ),
    );
  });
});

describe("money", () => {
  test("is worth its share when it is paid out", () => {
    // 7.00 a thousand coins: 4.99 are 712 coins and 85 points; 70 per cent of them 3.49 again.
    const { points, commission, earned } = divideMoney(499, {
      per1000Coins: usd(700),
      commissionPercent: 30,
    });
    expect({ points, commission, earned }).toEqual({ points: 71_285, commission: 21_385, earned: 49_900 });
    expect(Math.round((earned / 100_000) * 700)).toBe(349);
  });

  test("is divided without a rest, and refunds take back all of it and no more", () => {
    fc.assert(
      fc.property(
        fc.integer({ min: 50, max: 1_000_000 }),
        fc.integer({ min: 1, max: 10_000_000 }),
        fc.integer({ min: 0, max: 100 }),
        fc.array(fc.nat(2_000_000), { maxLength: 5 }),
        (amount, rate, commissionPercent, refunds) => {
          const divided = divideMoney(amount, { per1000Coins: usd(rate), commissionPercent });
          expect(divided.commission + divided.earned).toBe(divided.points);
          const paid = { points: divided.points, amount };
          let before = 0;
          for (const refunded of refunds.toSorted((one, other) => one - other)) {
            const now = reversedOf(paid, refunded);
            expect(now).toBeGreaterThanOrEqual(before);
            before = now;
          }
          expect(reversedOf(paid, amount)).toBe(divided.points);
        },
      ),
    );
  });
});

test("lots are drawn once for each, and everybody can win", () => {
  const random = new SeededRandom(7);
  const won = new Set<string>();
  for (let round = 0; round < 50; round++) {
    const drawn = drawLots(["a", "b", "c", "d"], 2, () => random.next());
    expect(new Set(drawn).size).toBe(2);
    for (const one of drawn) won.add(one);
  }
  expect(won.size).toBe(4);
  expect(drawLots(["a"], 3, () => 0.999)).toEqual(["a"]);
});
