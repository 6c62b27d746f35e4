import { beforeEach, describe, expect, it } from "vitest";
import { WaitingRoom } from "./waiting-room.ts";

describe("the waiting room", () => {
  let turns: (() => void)[];
  let said: string[];
  let room: WaitingRoom;
  beforeEach(() => {
    turns = [];
    said = [];
    room = new WaitingRoom({ maxWaiting: 1000, maxPerAddress: 600 }, (run) => turns.push(run));
  });

  const wait = (key: string, name: string, { address = "a", deadlineMs = 100 } = {}) =>
    room.wait(
      key,
      { address, serve: () => said.push(`${name} served`), expire: () => said.push(`${name} expired`) },
      deadlineMs,
    );

  it("answers all who wait for what has come, and nobody else", () => {
    wait("one", "ada");
    wait("two", "ben");
    wait("one", "cid");
    room.release("one");
    room.release("three");
    expect(said).toEqual(["ada served", "cid served"]);
    expect(room.size).toBe(1);
    expect([...room.keys]).toEqual(["two"]);
  });

  it("answers a crowd some at a time, so that media gets its turn", () => {
    for (let index = 0; index < 600; index++) wait("one", `${index}`);
    room.release("one");
    expect(said).toHaveLength(250);
    turns.shift()!();
    expect(said).toHaveLength(500);
    turns.shift()!();
    expect(said).toHaveLength(600);
    expect(room.size).toBe(0);
    expect(turns).toHaveLength(0);
  });

  it("does not answer who has left meanwhile, also while a crowd is answered", () => {
    const leave = wait("one", "ada")!;
    leave();
    leave();
    for (let index = 0; index < 300; index++) wait("two", `${index}`);
    const last = wait("two", "last")!;
    room.release("one");
    room.release("two");
    last();
    for (const turn of turns.splice(0)) turn();
    expect(said).toHaveLength(300);
    expect(room.size).toBe(0);
    expect([...room.keys]).toEqual([]);
  });

  it("refuses those whose time is over", () => {
    wait("one", "ada", { deadlineMs: 100 });
    wait("one", "ben", { deadlineMs: 200 });
    room.expire(99);
    expect(said).toEqual([]);
    room.expire(100);
    expect(said).toEqual(["ada expired"]);
    room.expire(200);
    expect([...room.keys]).toEqual([]);
  });

  it("takes no more than it may, in all and of one address", () => {
    const leave = wait("one", "first")!;
    for (let index = 1; index < 600; index++) expect(wait(`k${index % 7}`, "x")).toBeDefined();
    expect(wait("one", "x")).toBeUndefined();
    leave();
    expect(wait("one", "x")).toBeDefined();
    for (let index = 0; index < 400; index++) wait("two", "x", { address: "b" });
    expect(wait("two", "x", { address: "c" })).toBeUndefined();
    expect(room.size).toBe(1000);
    room.release("two");
    for (const turn of turns.splice(0)) turn();
    expect(wait("two", "x", { address: "c" })).toBeDefined();
  });
});
