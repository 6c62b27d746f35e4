import type { Gift } from "@sameroom/contract";
import { afterEach, beforeEach, describe, expect, it, vi } from "vitest";
import { type GiftOutcome, GiftSender } from "./gift-sender.ts";

const rose: Gift = { code: "rose", name: "Rose", animation: "rose", price: 1, offered: true };
const crown: Gift = { ...rose, code: "crown" };
type Command = { id: string; gift: string; count: number; captureUnixMs: number | null };

beforeEach(() => void vi.useFakeTimers());
afterEach(() => void vi.useRealTimers());

function open(answers: (() => unknown)[] = []) {
  const commands: Command[] = [];
  const told: GiftOutcome[] = [];
  const command = async (_name: string, input: Command) => {
    commands.push(input);
    return (answers.shift() ?? (() => ({ sequence: 1, coins: 90 })))();
  };
  const connection = { command } as unknown as ConstructorParameters<typeof GiftSender>[0];
  const sender = new GiftSender(connection, { captureUnixMs: () => 5, told: (one) => told.push(one) });
  return { sender, commands, told };
}
const unreachable = () => {
  throw { code: "network.unreachable", message: "away" };
};

describe("gifts one taps", () => {
  it("go out together when the taps are quick, each kind by itself", async () => {
    const { sender, commands, told } = open();
    for (const gift of [rose, rose, crown, rose]) sender.tap(gift);
    await vi.advanceTimersByTimeAsync(300);
    sender.tap(rose);
    await vi.advanceTimersByTimeAsync(300);
    expect(commands.map(({ gift, count }) => `${count} ${gift}`)).toEqual(["3 rose", "1 crown", "1 rose"]);
    expect(new Set(commands.map(({ id }) => id)).size).toBe(3);
    expect(told.map(({ coins }) => coins)).toEqual([90, 90, 90]);
  });

  it("are asked for again under the same id when no answer came", async () => {
    const { sender, commands, told } = open([unreachable, unreachable]);
    sender.tap(rose);
    await vi.advanceTimersByTimeAsync(60_000);
    expect(commands).toHaveLength(3);
    expect(new Set(commands.map(({ id }) => id)).size).toBe(1);
    expect(told).toEqual([{ gift: rose, count: 1, coins: 90, fault: null }]);
  });

  it("are not asked for again when the server refuses, and the reason is told", async () => {
    const refuse = () => {
      throw { code: "wallet.insufficient", message: "There are not enough coins for this." };
    };
    const { sender, commands, told } = open([refuse]);
    sender.tap(rose);
    await vi.advanceTimersByTimeAsync(60_000);
    expect([commands.length, told[0]?.fault?.code]).toEqual([1, "wallet.insufficient"]);
  });

  it("are given up after some tries, and said so", async () => {
    const { sender, commands, told } = open([unreachable, unreachable, unreachable, unreachable]);
    sender.tap(rose);
    await vi.advanceTimersByTimeAsync(60_000);
    expect([commands.length, told[0]?.fault?.message]).toEqual([4, "away"]);
  });

  it("that were tapped are sent even when the page is left, and nothing is told then", async () => {
    const { sender, commands, told } = open();
    sender.tap(rose);
    sender.close();
    await vi.advanceTimersByTimeAsync(60_000);
    expect([commands.length, told, vi.getTimerCount()]).toEqual([1, [], 0]);
  });
});
