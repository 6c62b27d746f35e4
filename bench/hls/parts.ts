/** Players that fetch parts as fast as they are given, in a process of their own. Arguments: port, paths with commas, connections, seconds. Prints JSON. */
import { HttpLine } from "./http-lines.ts";

export interface PartsResult {
  answered: number;
  failed: number;
}

const [port, paths, connections, seconds] = [
  Number(process.argv[2]),
  process.argv[3]!.split(","),
  Number(process.argv[4]),
  Number(process.argv[5]),
];
const lines = await Promise.all(Array.from({ length: connections }, () => HttpLine.open(port)));
const result: PartsResult = { answered: 0, failed: 0 };
const end = performance.now() + seconds * 1000;
await Promise.all(
  lines.map(async (line, index) => {
    for (let turn = index; performance.now() < end; turn++) {
      const { status } = await line.get(paths[turn % paths.length]!);
      if (status === 200) result.answered += 1;
      else result.failed += 1;
    }
    line.close();
  }),
);
console.log(JSON.stringify(result));
