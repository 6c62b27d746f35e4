import { mkdirSync } from "node:fs";
import { systemTime } from "./clock.ts";
import { type Control, composeControl } from "./compose.ts";
import { type Config, readConfig } from "./config.ts";
import type { Database } from "./db/database.ts";
import { openEmbedded } from "./db/embedded.ts";
import { openExternal } from "./db/external.ts";
import { migrateDatabase } from "./db/migrate.ts";
import { createLogger } from "./log.ts";
import { explainFault } from "./start-fault.ts";
import { connectSupervisor } from "./supervisor.ts";
import { readVersion } from "./version.ts";

/** Longest a clean shutdown may take before the process ends anyway. */
const SHUTDOWN_MS = 10_000;

const supervisor = connectSupervisor(process);
let config: Config | undefined;
let database: Database | undefined;
let control: Control | undefined;
let ending: Promise<void> | undefined;

try {
  await start();
} catch (error) {
  await fail(error);
}

async function start(): Promise<void> {
  config = readConfig(process.env);
  const logger = createLogger({ level: config.logLevel, format: config.logFormat });
  for (const signal of ["SIGTERM", "SIGINT"] as const) process.on(signal, () => void shutDown(0));
  supervisor?.onDisconnect(() => void shutDown(0));
  process.on("uncaughtException", (error) => {
    logger.fatal({ err: error }, "a fault nobody caught");
    void fail(error);
  });
  process.on("unhandledRejection", (error) => logger.error({ err: error }, "a rejection nobody handled"));

  mkdirSync(config.dataDir, { recursive: true });
  const onError = (error: Error) => logger.warn({ err: error }, "a database connection broke");
  database =
    config.databaseUrl === null
      ? await openEmbedded({ dataDir: config.dataDir, onError, onCrash: (error) => void fail(error) })
      : await openExternal({ url: config.databaseUrl, onError });
  await migrateDatabase(database);
  if (ending !== undefined) return;

  control = await composeControl({
    ...{ config, database, logger },
    version: readVersion(),
    time: systemTime,
    toSupervisor: supervisor === null ? null : (message) => supervisor.send(message),
  });
  const { demo, playbacks } = control;
  supervisor?.onMessage((message) => {
    if (message.type === "shutdown") void shutDown(0);
    else if (message.type === "demo-state") demo.handleState(message.running);
    else if (message.type === "playback") playbacks.handleState(message.room, message.playback);
    else
      (message.on ? demo.start() : demo.stop()).catch((error: unknown) =>
        logger.error({ err: error }, "the demo could not be switched"),
      );
  });
  reportAdmin(await control.ensureAdmin());
  const port = await control.listen();
  if (ending !== undefined) return;
  const scheme = config.https === undefined ? "http" : "https";
  const urls = [...new Set(config.bind.map((address) => personalUrl(scheme, address, port)))];
  logger.info({ urls, database: database.kind }, "control is ready");
  supervisor?.send({ type: "ready", urls });
}

function reportAdmin(admin: { username: string; password: string } | null): void {
  if (admin === null) return;
  if (supervisor !== null) supervisor.send({ type: "admin-created", ...admin });
  else
    process.stdout.write(`Admin account: ${admin.username}, password: ${admin.password} (shown this once)\n`);
}

/** An address a person can open: a listener on all addresses is on this machine too. */
function personalUrl(scheme: "http" | "https", address: string, port: number): string {
  const host = address === "0.0.0.0" || address === "::" ? "localhost" : address;
  return `${scheme}://${host.includes(":") ? `[${host}]` : host}:${port}`;
}

async function fail(error: unknown): Promise<void> {
  if (ending !== undefined) return;
  const fault = explainFault(error);
  process.stderr.write(`${fault.message}\n${fault.hint === undefined ? "" : `${fault.hint}\n`}`);
  await supervisor?.sendAndWait({ type: "fatal", ...fault });
  await shutDown(1);
}

/** Ends cleanly, once; a second call waits for the first. */
function shutDown(code: number): Promise<void> {
  ending ??= (async () => {
    setTimeout(() => process.exit(code || 1), SHUTDOWN_MS).unref();
    try {
      await control?.close();
      await database?.close();
    } catch (error) {
      process.stderr.write(`shutting down: ${(error as Error).message}\n`);
    }
    process.exit(code);
  })();
  return ending;
}
