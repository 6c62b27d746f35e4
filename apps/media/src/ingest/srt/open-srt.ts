import type { IngestAddresses } from "@sameroom/contract";
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

/** Thrown when the port that was asked for cannot be had. */
export class SrtListenError extends Error {
  /** The variable that moves it. */
  readonly variable = "SAMEROOM_SRT_PORT";

  constructor(cause: unknown) {
    super(cause instanceof Error ? cause.message : String(cause), { cause });
    this.name = "SrtListenError";
  }
}

/** Starts listening. The default port taken is only a warning: the worker does without. */
export async function openSrt(options: OpenSrtOptions): Promise<Srt> {
  const { config, log } = options;
  const { port, passphrase, latencyMs } = config;
  if (port === undefined) return { ingest: undefined, address: null };
  try {
    const ingest = await SrtIngest.open({ ...options, port, passphrase, latencyMs });
    return { ingest, address: `:${ingest.port}` };
  } catch (error) {
    if (!config.isDefaultPort) throw new SrtListenError(error);
    log.warn(
      "the port of SRT is taken: starting without it. Set SAMEROOM_SRT_PORT to another one, or to off",
      {
        ...{ port, error: (error as Error).message },
      },
    );
    return { ingest: undefined, address: null };
  }
}
