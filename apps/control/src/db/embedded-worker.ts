/**
 * The embedded database's own thread: PGlite behind a PostgreSQL socket. A query blocks the thread it runs on, so it
 * must not be control's. `workerData`: {@link EmbeddedWorkerData}; answers with one {@link EmbeddedWorkerMessage}.
 */
import { parentPort, workerData } from "node:worker_threads";
import { PGlite } from "@electric-sql/pglite";
import { PGLiteSocketServer } from "@electric-sql/pglite-socket";
import type { EmbeddedWorkerData, EmbeddedWorkerMessage } from "./embedded.ts";

const { directory, socketFile, initialise } = workerData as EmbeddedWorkerData;
const settings = { postgresqlconf: ["shared_buffers=16MB"] };
const tell = (message: EmbeddedWorkerMessage) => parentPort?.postMessage(message);

if (initialise) {
  const fresh = await PGlite.create(directory, settings);
  await fresh.close();
  process.exit(0);
}

const pglite = await PGlite.create(directory, settings);

// The socket server stops serving, silently, after a call into the database throws (a crash inside WebAssembly, never
// an SQL error). Nothing can be saved then: end the thread, and the process with it.
const execute = pglite.execProtocolRawStream.bind(pglite);
pglite.execProtocolRawStream = async (...call) => {
  try {
    return await execute(...call);
  } catch (error) {
    tell({ type: "broken", message: (error as Error).message });
    throw error;
  }
};

const server = new PGLiteSocketServer({ db: pglite, path: socketFile, maxConnections: 1 });
await server.start();
tell({ type: "listening" });

parentPort?.once("message", async () => {
  await server.stop();
  await pglite.close();
  tell({ type: "closed" });
  parentPort?.close();
});
