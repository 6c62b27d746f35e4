import type { IngestAddresses } from "@sameroom/contract";
import type { TlsCertificate } from "@sameroom/http";
import { IngestListenError, openPort } from "../open-port.ts";
import type { RtmpConfig } from "./rtmp-config.ts";
import { RtmpIngest, type RtmpIngestOptions } from "./rtmp-ingest.ts";
import { listenForRtmp, type RtmpListening } from "./rtmp-listener.ts";

export interface OpenRtmpOptions extends RtmpIngestOptions {
  config: RtmpConfig;
  /** Addresses to listen on. */
  bind: readonly string[];
  /** For RTMPS; without it there is none. Belongs to the caller. */
  certificate?: TlsCertificate | undefined;
}

/** RTMP and RTMPS of a worker. */
export interface Rtmp {
  readonly ingest: RtmpIngest;
  /** For `hello`. */
  readonly addresses: Pick<IngestAddresses, "rtmp" | "rtmps">;
  /** Ends listeners and connections. */
  close(): Promise<void>;
}

/** Starts listening. A default port that is taken is only a warning: the worker does without. */
export async function openRtmp(options: OpenRtmpOptions): Promise<Rtmp> {
  const { config, bind, log, certificate } = options;
  const ingest = new RtmpIngest(options);
  const listening: RtmpListening[] = [];
  const close = async () => {
    await Promise.all([...listening.map((one) => one.close()), ingest.close()]);
  };
  try {
    const plain = config.port === undefined ? undefined : await listenPlain(config.port);
    if (plain !== undefined) listening.push(plain);
    const { tlsPort } = config;
    const secure =
      tlsPort === undefined || certificate === undefined
        ? undefined
        : await listenSecure(tlsPort, certificate);
    if (secure !== undefined) listening.push(secure);
    return { ingest, addresses: { rtmp: addressOf(plain), rtmps: addressOf(secure) }, close };
  } catch (error) {
    await close();
    throw error;
  }

  function listenPlain(port: number): Promise<RtmpListening | undefined> {
    const wanted = {
      protocol: "RTMP",
      port,
      isDefault: config.isDefaultPort,
      variable: "SAMEROOM_RTMP_PORT",
      log,
    };
    return openPort(wanted, () => listenForRtmp(bind, port, (socket) => ingest.accept(socket)));
  }

  async function listenSecure(port: number, opened: TlsCertificate): Promise<RtmpListening> {
    try {
      return await listenForRtmp(bind, port, (socket) =>
        ingest.accept(socket, (plain) => opened.secure(plain)),
      );
    } catch (error) {
      throw new IngestListenError("SAMEROOM_RTMPS_PORT", error);
    }
  }
}

function addressOf(listening: RtmpListening | undefined): string | null {
  return listening === undefined ? null : `:${listening.port}`;
}
