import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { moneyEnvironment } from "@sameroom/contract";
import { beforeEach, expect, test } from "vitest";
import { z } from "zod";
import { readMoneyConfig } from "./money-config.ts";

let directory: string;
let keys: Record<string, string>;
beforeEach(() => {
  directory = mkdtempSync(join(tmpdir(), "sameroom-money-"));
  keys = {
    SAMEROOM_STRIPE_SECRET_KEY_FILE: join(directory, "key"),
    SAMEROOM_STRIPE_WEBHOOK_SECRET_FILE: join(directory, "hook"),
  };
  writeFileSync(join(directory, "key"), "sk_test_1\n");
  writeFileSync(join(directory, "hook"), "whsec_1\n");
  return () => rmSync(directory, { recursive: true });
});

function read(environment: Record<string, string>) {
  const faults: string[] = [];
  return { config: readMoneyConfig(z.object(moneyEnvironment).parse(environment), faults), faults };
}

test("without a key coins are paid in the sandbox, with one at Stripe, and nothing is sold when it is off", () => {
  expect(read({})).toMatchObject({ config: { provider: "sandbox", stripe: null }, faults: [] });
  expect(read(keys)).toMatchObject({
    config: { provider: "stripe", stripe: { secretKey: "sk_test_1", webhookSecret: "whsec_1" } },
    faults: [],
  });
  expect(read({ ...keys, SAMEROOM_PAYMENTS: "off" }).config).toMatchObject({ provider: "off", stripe: null });
});

test("Stripe needs both of its secrets, and files that have one", () => {
  expect(read({ SAMEROOM_PAYMENTS: "stripe" }).faults).toHaveLength(2);
  expect(read({ ...keys, SAMEROOM_STRIPE_WEBHOOK_SECRET_FILE: "" }).faults.join()).toContain("WEBHOOK");
  writeFileSync(join(directory, "key"), "\n");
  expect(read(keys).faults).toEqual([expect.stringMatching(/SECRET_KEY_FILE.*no secret/)]);
});
