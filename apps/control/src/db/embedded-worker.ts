/**
 * The embedded database's own thread: PGlite behind a PostgreSQL socket. A query blocks the thread it runs on, so it
 * must not be control's. `workerData`: {@link EmbeddedWorkerData}; answers with {@link EmbeddedWorkerMessage}s.
 */
import { parentPort, workerData } from "node:worker_threads";
import { PGlite } from "@electric-sql/pglite";
import type { EmbeddedWorkerData, EmbeddedWorkerMessage } from "./embedded.ts";
import { createWireServer } from "./wire-server.ts";

const { directory, socketFile, initialise } = workerData as EmbeddedWorkerData;
const settings = { postgresqlconf: ["shared_buffers=16MB"] };
const tell = (message: EmbeddedWorkerMessage) => parentPort?.postMessage(message);

if (initialise) {
  const fresh = await PGlite.create(directory, settings);
  await fresh.close();
  process.exit(0);
}

const pglite = await PGlite.create(directory, settings);
const backend = {
  execute: (messages: Uint8Array) => pglite.runExclusive(() => pglite.execProtocolRaw(messages)),
  async reset() {
    if (pglite.closed) return;
    if (pglite.isInTransaction()) await pglite.exec("rollback");
    await pglite.exec("discard all");
  },
};
// SQL errors are answers. What throws is a crash inside WebAssembly: nothing can be saved then.
const server = createWireServer(backend, ({ message }) => tell({ type: "broken", message }));
server.listen(socketFile, () => tell({ type: "listening" }));
server.on("error", (error) => tell({ type: "broken", message: error.message }));

parentPort?.once("message", () => {
  server.close(async () => {
    await pglite.close();
    tell({ type: "closed" });
    parentPort?.close();
  });
});
