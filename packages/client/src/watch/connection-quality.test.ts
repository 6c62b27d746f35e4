import { describe, expect, it } from "vitest";
import { type ConnectionEvidence, connectionQualityOf, SteadyConnection } from "./connection-quality.ts";

const fine: ConnectionEvidence = {
  lossRatio: 0.001,
  roundTripMs: 30,
  jitterMs: 5,
  frozenRatio: 0,
  concealedRatio: 0,
  reason: "shown",
  silent: false,
};
const worse = (more: Partial<ConnectionEvidence>) => ({ ...fine, ...more });

describe("the connection in a word", () => {
  it.each<[string, string, Partial<ConnectionEvidence>]>([
    ["excellent", "nothing is wrong", {}],
    ["excellent", "the round trip is not known", { roundTripMs: null, reason: null }],
    ["excellent", "the viewer wants no picture", { reason: "off" }],
    ["good", "some packets are lost", { lossRatio: 0.03 }],
    ["good", "the way is longer", { roundTripMs: 200 }],
    ["good", "packets come irregularly", { jitterMs: 40 }],
    ["good", "a little sound was made up", { concealedRatio: 0.02 }],
    ["good", "the picture stood still for a moment", { frozenRatio: 0.05 }],
    ["weak", "the network takes no better picture", { reason: "bandwidth" }],
    ["weak", "many packets are lost", { lossRatio: 0.1 }],
    ["weak", "the way is very long", { roundTripMs: 500 }],
    ["weak", "much of the sound was made up", { concealedRatio: 0.1 }],
    ["weak", "the picture stands still", { frozenRatio: 0.5 }],
    ["lost", "nothing comes through", { silent: true, reason: "bandwidth" }],
  ])("is %s when %s", (word, _why, evidence) => {
    expect(connectionQualityOf(worse(evidence))).toBe(word);
  });

  it("gets worse at once and better after a while", () => {
    const steady = new SteadyConnection();
    const say = (...all: Partial<ConnectionEvidence>[]) => all.map((more) => steady.take(worse(more)));
    expect(say({}, { lossRatio: 0.1 }, {}, {})).toEqual(["excellent", "weak", "weak", "weak"]);
    expect(say({})).toEqual(["excellent"]);
    expect(say({ reason: "bandwidth" }, {}, { lossRatio: 0.03 }, {})).toEqual([
      "weak",
      "weak",
      "weak",
      "good",
    ]);
    expect(say({ silent: true }, { lossRatio: 0.1 })).toEqual(["lost", "weak"]);
  });
});
