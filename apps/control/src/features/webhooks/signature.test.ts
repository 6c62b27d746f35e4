import { expect, test } from "vitest";
import { GIVE_UP_MS, retryDelayMs } from "./backoff.ts";
import { newSecret, signBody } from "./signature.ts";

test("a body is signed as the specification's example is", () => {
  const secret = "whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw";
  const signed = { id: "msg_p5jXN8AQM9LWM0D4loKWxJek", timestampS: 1614265330, body: '{"test": 2432232314}' };
  expect(signBody(secret, signed)).toBe("v1,g0hM9SsE+OTPJTGt/tmIKtSyZlE3uFJELVlNIOLJ1OE=");
});

test("every secret is another, of 24 bytes", () => {
  const secrets = [newSecret(), newSecret()];
  expect(new Set(secrets).size).toBe(2);
  for (const secret of secrets) expect(Buffer.from(secret.slice("whsec_".length), "base64")).toHaveLength(24);
});

test("attempts become rarer, and end after days", () => {
  const delays = Array.from({ length: 40 }, (_, index) => retryDelayMs(index + 1, 0));
  expect(delays.slice(0, 3)).toEqual([5_000, 10_000, 20_000]);
  expect(delays.at(-1)).toBe(6 * 3_600_000);
  expect(retryDelayMs(1, 1)).toBe(3_750);
  let attempts = 0;
  for (let waitedMs = 0; waitedMs < GIVE_UP_MS; attempts++) waitedMs += delays[attempts]!;
  expect(attempts).toBeGreaterThan(15);
});
