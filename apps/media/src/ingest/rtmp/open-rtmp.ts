import type { IngestAddresses } from "@sameroom/contract";
import type { RtmpConfig } from "./rtmp-config.ts";
import { RtmpIngest, type RtmpIngestOptions } from "./rtmp-ingest.ts";
import { listenForRtmp, type RtmpListening } from "./rtmp-listener.ts";
import { TlsCertificate } from "./tls-certificate.ts";

export interface OpenRtmpOptions extends RtmpIngestOptions {
  config: RtmpConfig;
  /** Addresses to listen on. */
  bind: readonly string[];
}

/** RTMP and RTMPS of a worker. */
export interface Rtmp {
  readonly ingest: RtmpIngest;
  /** For `hello`. */
  readonly addresses: Pick<IngestAddresses, "rtmp" | "rtmps">;
  /** Ends listeners and connections. */
  close(): Promise<void>;
}

/** Thrown when a port that was asked for cannot be had. */
export class RtmpListenError extends Error {
  /** The variable that moves it. */
  readonly variable: string;

  constructor(variable: string, cause: unknown) {
    super(cause instanceof Error ? cause.message : String(cause), { cause });
    this.name = "RtmpListenError";
    this.variable = variable;
  }
}

/** Starts listening. A default port that is taken is only a warning: the worker does without. */
export async function openRtmp(options: OpenRtmpOptions): Promise<Rtmp> {
  const { config, bind, log, timers } = options;
  const ingest = new RtmpIngest(options);
  const listening: RtmpListening[] = [];
  let certificate: TlsCertificate | undefined;
  const close = async () => {
    certificate?.close();
    await Promise.all([...listening.map((one) => one.close()), ingest.close()]);
  };
  try {
    const plain = config.port === undefined ? undefined : await listenPlain(config.port);
    if (plain !== undefined) listening.push(plain);
    const secure = config.tls && (await listenSecure(config.tls));
    if (secure !== undefined) listening.push(secure);
    return { ingest, addresses: { rtmp: addressOf(plain), rtmps: addressOf(secure) }, close };
  } catch (error) {
    await close();
    throw error;
  }

  async function listenPlain(port: number): Promise<RtmpListening | undefined> {
    try {
      return await listenForRtmp(bind, port, (socket) => ingest.accept(socket));
    } catch (error) {
      if (!config.isDefaultPort) throw new RtmpListenError("SAMEROOM_RTMP_PORT", error);
      log.warn(
        "the port of RTMP is taken: starting without it. Set SAMEROOM_RTMP_PORT to another one, or to off",
        {
          ...{ port, error: (error as Error).message },
        },
      );
      return undefined;
    }
  }

  async function listenSecure({ port, files }: NonNullable<RtmpConfig["tls"]>): Promise<RtmpListening> {
    try {
      certificate = await TlsCertificate.open({ files, timers, log });
    } catch (error) {
      throw new RtmpListenError("SAMEROOM_TLS_CERT_FILE, SAMEROOM_TLS_KEY_FILE", error);
    }
    const opened = certificate;
    try {
      return await listenForRtmp(bind, port, (socket) =>
        ingest.accept(socket, (plain) => opened.secure(plain)),
      );
    } catch (error) {
      throw new RtmpListenError("SAMEROOM_RTMPS_PORT", error);
    }
  }
}

function addressOf(listening: RtmpListening | undefined): string | null {
  return listening === undefined ? null : `:${listening.port}`;
}
