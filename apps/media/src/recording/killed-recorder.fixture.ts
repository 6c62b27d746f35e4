/**
 * `killed-recorder.fixture.ts <directory> <seed>`: records invented parts into a directory until it is killed, as fast as the
 * disk takes them, and writes a line before each.
 */
import { SeededRandom } from "@sameroom/base/testing";
import { eventually } from "../testing/eventually.fixture.ts";
import { readState } from "./recording-state.ts";
import { policyOf, RecordingsBench } from "./recordings.fixture.ts";
import { LARGE, Show, SMALL, SOUND } from "./show.fixture.ts";

const bench = await RecordingsBench.create({ root: process.argv[2]! });
bench.policies.set("room", policyOf("automatic"));
const random = new SeededRandom(Number(process.argv[3]));
const program = bench.open();
const show = new Show(program, { renditions: { "v-l": SMALL, "v-h": LARGE, opus: SOUND }, sampleBytes: 900 });
// A program is there a part's length before its first part; here time goes faster.
const recording = bench.recordings.find(bench.recordings.facts[0]!.id)!;
await eventually("the recording is on disk", () => readState(recording.directory));
for (;;) {
  process.stdout.write("part\n");
  show.next();
  await eventually("the disk has begun with it", () => program.queuedBytes === 0);
  await new Promise((resolve) => setTimeout(resolve, random.integer(0, 10)));
}
