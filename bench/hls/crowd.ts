/**
 * Players that wait, in a process of their own so that what they cost is not the server's. Arguments: port, path of a media
 * playlist, connections, rounds. In each round every one of them asks for the part that comes next and is held until it is
 * there. Prints JSON.
 */
import { HttpLine } from "./http-lines.ts";
import { readLiveEdge } from "./live-edge.ts";

export interface CrowdResult {
  /** Requests that were waiting at one time, in the best round. */
  held: number;
  /** Not answered with the playlist that was asked for, all rounds. */
  failed: number;
  /** From the first answer of a round to the last, median of the rounds, ms. */
  spreadMs: number;
}

const OPEN_AT_ONCE = 200;
const [port, path, connections, rounds] = [
  Number(process.argv[2]),
  process.argv[3]!,
  Number(process.argv[4]),
  Number(process.argv[5]),
];

const lines: HttpLine[] = [];
while (lines.length < connections) {
  const count = Math.min(OPEN_AT_ONCE, connections - lines.length);
  lines.push(...(await Promise.all(Array.from({ length: count }, () => HttpLine.open(port)))));
}
const guide = await HttpLine.open(port);
const result: CrowdResult = { held: 0, failed: 0, spreadMs: 0 };
const spreads: number[] = [];
for (let round = 0; round < rounds; round++) {
  const { msn } = readLiveEdge((await guide.get(path)).body);
  // Far enough ahead that all of them are waiting before it comes.
  const target = `${path}?_HLS_msn=${msn + 1}&_HLS_part=0`;
  let waiting = 0;
  let [first, last] = [0, 0];
  const answers = await Promise.allSettled(
    lines.map(async (line) => {
      waiting += 1;
      result.held = Math.max(result.held, waiting);
      try {
        const { status, body } = await line.get(target);
        last = performance.now();
        first ||= last;
        const edge = status === 200 ? readLiveEdge(body) : undefined;
        if (edge === undefined || edge.msn < msn + 1) throw new Error(`${status}`);
      } finally {
        waiting -= 1;
      }
    }),
  );
  result.failed += answers.filter(({ status }) => status === "rejected").length;
  spreads.push(last - first);
}
spreads.sort((left, right) => left - right);
result.spreadMs = Math.round(spreads[Math.floor(spreads.length / 2)] ?? 0);
console.log(JSON.stringify(result));
for (const line of [...lines, guide]) line.close();
