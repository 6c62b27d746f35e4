import type { ChildToSupervisor } from "@sameroom/contract";
import { supervisorToChildSchema } from "@sameroom/contract";
import { TlsFilesError } from "@sameroom/http";
import { startMedia } from "./compose.ts";
import { ConfigError, readConfig } from "./config.ts";
import { IngestListenError } from "./ingest/open-port.ts";
import { createLog } from "./log.ts";

const CLOSE_TIMEOUT_MS = 3000;

async function main(): Promise<void> {
  const config = readConfig(process.env);
  const { logLevel: level, logFormat: format, worker } = config;
  const log = createLog({ level, format, worker });
  const app = await startMedia(config, log);

  let stopping = false;
  const stop = (why: string) => {
    if (stopping) return;
    stopping = true;
    log.info("shutting down", { why });
    setTimeout(() => process.exit(1), CLOSE_TIMEOUT_MS).unref();
    void app.close().then(() => process.exit(0));
  };
  process.on("SIGTERM", () => stop("SIGTERM"));
  process.on("SIGINT", () => stop("SIGINT"));
  process.on("disconnect", () => stop("the supervisor is gone"));
  // It may have gone while this was starting.
  if (process.send !== undefined && !process.connected) stop("the supervisor is gone");
  process.on("message", (message) => {
    if (supervisorToChildSchema.safeParse(message).data?.type === "shutdown") stop("asked by the supervisor");
  });

  const urls = config.announce.map(
    ({ host }) =>
      `http${config.https ? "s" : ""}://${host.includes(":") ? `[${host}]` : host}:${app.httpPort}`,
  );
  log.info("media worker ready", {
    http: app.httpPort,
    https: config.https !== undefined,
    webrtc: app.node.wire.port,
    iceTcp: config.iceTcp,
    ...app.rtmp.addresses,
    srt: app.srt.address,
    sendPath: app.node.wire.sendPath,
  });
  tell({ type: "ready", urls });
}

function tell(message: ChildToSupervisor): void {
  process.send?.(message);
}

/** What a person can do about the usual reasons not to start. */
function hintFor(error: Error): string | undefined {
  const code = "code" in error ? String(error.code) : "";
  const media = code === "wire.bind_failed";
  if (error instanceof TlsFilesError) return "Look at SAMEROOM_TLS_CERT_FILE and SAMEROOM_TLS_KEY_FILE.";
  const encoders = error instanceof IngestListenError;
  const http = encoders ? error.variable : "SAMEROOM_MEDIA_HTTP_PORT";
  const variable = media ? "SAMEROOM_MEDIA_UDP_PORT" : http;
  const text = `${error.message} ${code}`;
  if (/EADDRINUSE|already in use/i.test(text)) {
    const also = / TCP /.test(error.message) && media ? ", or SAMEROOM_ICE_TCP to false" : "";
    const which = (media && also === "") || variable === "SAMEROOM_SRT_PORT" ? "UDP" : "TCP";
    return `The ${which} port is taken. Stop the other program, or set ${variable} to another port${also}.`;
  }
  if (/EACCES|permission denied/i.test(text))
    return `The port needs privileges. Set ${variable} to one above 1023.`;
  if (encoders) return `Look at ${error.variable}.`;
  if (/EADDRNOTAVAIL|cannot assign/i.test(text)) {
    return "SAMEROOM_BIND names an address this machine does not have.";
  }
  return undefined;
}

main().catch((thrown: unknown) => {
  const error = thrown instanceof Error ? thrown : new Error(String(thrown));
  const hint = hintFor(error);
  console.error(error instanceof ConfigError ? error.message : `Media cannot start: ${error.message}`);
  if (hint !== undefined) console.error(hint);
  tell({ type: "fatal", message: error.message, ...(hint === undefined ? {} : { hint }) });
  process.exitCode = 1;
  setTimeout(() => process.exit(1), 200).unref();
});
