import type { IngestAddresses } from "@sameroom/contract";
import { openPort } from "../open-port.ts";
import type { SrtConfig } from "./srt-config.ts";
import { SrtIngest, type SrtIngestOptions } from "./srt-ingest.ts";

export interface OpenSrtOptions extends Omit<SrtIngestOptions, "port" | "passphrase" | "latencyMs"> {
  config: SrtConfig;
}

/** SRT of a worker. */
export interface Srt {
  /** Undefined: off, or its port was taken. */
  readonly ingest: SrtIngest | undefined;
  /** For `hello`. */
  readonly address: IngestAddresses["srt"];
}

/** Starts listening. The default port taken is only a warning: the worker does without. */
export async function openSrt(options: OpenSrtOptions): Promise<Srt> {
  const { config, log } = options;
  const { port, passphrase, latencyMs } = config;
  if (port === undefined) return { ingest: undefined, address: null };
  const wanted = {
    protocol: "SRT",
    port,
    isDefault: config.isDefaultPort,
    variable: "SAMEROOM_SRT_PORT",
    log,
  };
  const ingest = await openPort(wanted, () => SrtIngest.open({ ...options, port, passphrase, latencyMs }));
  return { ingest, address: ingest === undefined ? null : `:${ingest.port}` };
}
