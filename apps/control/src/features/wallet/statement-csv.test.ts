import { expect, test } from "vitest";
import { csvLine } from "./statement-csv.ts";

const line = {
  ...{
    transfer: "00000000-0000-7000-8000-000000000000",
    at: "2026-01-02T03:04:05.000Z",
    kind: "gift" as const,
  },
  ...{ memo: "1 × Rose", points: -100, balancePoints: 1250 },
};

test("coins have two decimals and quotes are doubled", () => {
  expect(csvLine(line)).toBe(
    '2026-01-02T03:04:05.000Z,gift,"1 × Rose",-1.00,12.50,00000000-0000-7000-8000-000000000000\r\n',
  );
  expect(csvLine({ ...line, memo: 'a "b"\nc' })).toContain(',"a ""b""\nc",');
});

test.each(["=1+1", "+1", "-1", "@x", "\t=1"])("what a room is called is no formula: %j", (memo) => {
  expect(csvLine({ ...line, memo })).toContain(`,"'${memo}",`);
});
