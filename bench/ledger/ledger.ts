import { fileURLToPath } from "node:url";
import { type Benchmark, integerFlag } from "../benchmark.ts";
import { Program } from "../harness/program.ts";
import { until } from "../harness/until.ts";
import { formatTable } from "../measure/table.ts";

const PAYER = fileURLToPath(new URL("./payer.ts", import.meta.url));
/** Opening a database, migrating it, and the window. */
const PATIENCE_MS = 300_000;

/** How many gifts a second are paid and written down: a ledger transfer and the gift's row, in transactions that wait for the disk. */
export const ledger: Benchmark = {
  summary: "gifts paid a second, everybody to one host: embedded database, and an external one",
  flags: {
    seconds: "length of a window; default 10",
    senders: "people who each wait for their gift before they send the next; default 100",
    database: "postgresql://... of an empty database, to measure an external one as well",
  },
  async run(context) {
    const seconds = integerFlag(context, "seconds", { fallback: 10, min: 1, max: 600 });
    const senders = integerFlag(context, "senders", { fallback: 100, min: 1, max: 10_000 });
    const measure = async (senders: number, database: string) => {
      const program = new Program(process.execPath, [
        ...["--import", "tsx", PAYER],
        ...[String(seconds), String(senders), database],
      ]);
      try {
        let perSecond: number | undefined;
        await until(
          "gifts were paid",
          async () => {
            const found = /paid a second: ([\d.]+)/.exec(program.output);
            if (found === null) program.assertRunning();
            else perSecond = Number(found[1]);
            return perSecond !== undefined;
          },
          PATIENCE_MS + seconds * 1000,
        );
        return perSecond!;
      } finally {
        await program.close();
      }
    };
    const alone = await measure(1, "embedded");
    context.say("one sender, embedded");
    const embedded = await measure(senders, "embedded");
    context.say(`${senders} senders, embedded`);
    const url = context.flags.database;
    const external = url === undefined ? undefined : await measure(senders, url);
    const row = (name: string, value: number) => [name, Math.round(value), "", ""];
    return {
      text: formatTable(
        ["gifts paid a second", "measured", "target", ""],
        [
          row("one sender, embedded database", alone),
          row(`${senders} senders, embedded database`, embedded),
          ...(external === undefined ? [] : [row(`${senders} senders, external database`, external)]),
        ],
      ),
      json: {
        transfersPerSecond: embedded,
        transfersPerSecondOneSender: alone,
        ...(external === undefined ? {} : { transfersPerSecondExternal: external }),
        details: { seconds, senders },
      },
    };
  },
};
