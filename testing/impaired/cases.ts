import type { TwoWay } from "../network/link.ts";
import type { NetworkClient } from "../network/network.ts";

/** A fault of a network, from when it sets in until the network is good again. */
export interface NetworkCase {
  /** For people. */
  title: string;
  /** Before and after. */
  good: TwoWay;
  /** While it lasts; absent where the network changes at one moment. */
  bad?: TwoWay;
  /** Changes to another path, with another address of the client, when the fault sets in. */
  movesTo?: number;
  /** How long it lasts at most, s; absent: as long as the run wants. */
  lastsS?: number;
  /** How long to look on afterwards, s. */
  afterS: number;
}

const both = (impairment: NonNullable<TwoWay["down"]>): TwoWay => ({ down: impairment, up: impairment });
/** Half of 50 ms. */
const ONE_WAY = { delayMs: 25 };
const rate = (bitsPerSecond: number): TwoWay => ({
  down: { ...ONE_WAY, rate: { bitsPerSecond, queueMs: 300 } },
  up: ONE_WAY,
});

/** The networks that viewers have. Faults are in both directions unless it says otherwise. */
export const NETWORK_CASES = {
  none: { title: "no fault, 50 ms RTT", good: both(ONE_WAY), bad: both(ONE_WAY), afterS: 2 },
  loss: {
    title: "5 % random loss, 50 ms RTT",
    good: both(ONE_WAY),
    bad: both({ ...ONE_WAY, loss: 0.05 }),
    afterS: 4,
  },
  bursts: {
    title: "10 % loss, four in a row, 50 ms RTT",
    good: both(ONE_WAY),
    bad: both({ ...ONE_WAY, burst: { loss: 0.1, packets: 4 } }),
    afterS: 4,
  },
  bandwidth: {
    title: "5, 0.4, then 5 Mbit/s down, 50 ms RTT",
    good: rate(5_000_000),
    bad: rate(400_000),
    lastsS: 15,
    afterS: 15,
  },
  jitter: {
    title: "200 ms jitter down",
    good: both(ONE_WAY),
    bad: { down: { ...ONE_WAY, jitterMs: 200 }, up: ONE_WAY },
    afterS: 6,
  },
  reorder: {
    title: "10 % overtaken by up to 20 ms, 1 % twice",
    good: both(ONE_WAY),
    bad: both({ ...ONE_WAY, reorder: { ratio: 0.1, byMs: 20 }, duplicate: 0.01 }),
    afterS: 4,
  },
  outage: {
    title: "nothing gets through for 5 s",
    good: both(ONE_WAY),
    bad: both({ cut: true }),
    lastsS: 5,
    afterS: 12,
  },
  path: { title: "another network, another address", good: both(ONE_WAY), movesTo: 1, afterS: 12 },
} satisfies Record<string, NetworkCase>;

export type NetworkCaseName = keyof typeof NETWORK_CASES;

/** Makes the network good, on the client's first link; a client that changes paths gets its other one. */
export async function prepareCase(client: NetworkClient, { good, movesTo }: NetworkCase): Promise<void> {
  while (client.links.length <= (movesTo ?? 0)) await client.addLink();
  for (const link of client.links) await link.shape(good);
  client.useLink(0);
}

/** Makes it bad, or moves. */
export async function startFault(client: NetworkClient, { bad, movesTo }: NetworkCase): Promise<void> {
  if (movesTo !== undefined) client.useLink(movesTo);
  if (bad !== undefined) await client.shape(bad);
}

/** Makes it good again; a client that has moved stays where it is. */
export async function endFault(client: NetworkClient, { good }: NetworkCase): Promise<void> {
  for (const link of client.links) await link.shape(good);
}
