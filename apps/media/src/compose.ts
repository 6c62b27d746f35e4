import { randomBytes, timingSafeEqual } from "node:crypto";
import { readFile } from "node:fs/promises";
import { availableParallelism } from "node:os";
import { join } from "node:path";
import type { Log, Timers } from "@sameroom/base";
import { NO_INGEST, ROLE_GRANTS } from "@sameroom/contract";
import { type Listening, listenHttp, TlsCertificate } from "@sameroom/http";
import { openWire } from "@sameroom/native";
import type { FastifyInstance } from "fastify";
import { DiskArchive } from "./archive/disk-archive.ts";
import { Authenticator } from "./auth/authenticator.ts";
import { bearerOf } from "./auth/credential.ts";
import { PlaybackGate } from "./auth/playback-gate.ts";
import { PlaybackTokens } from "./auth/playback-tokens.ts";
import { RoomTokens } from "./auth/room-tokens.ts";
import { StreamKeys } from "./auth/stream-keys.ts";
import { TokenSignatures } from "./auth/token-signatures.ts";
import type { Config } from "./config.ts";
import { Doctors } from "./doctor/doctors.ts";
import { Audience } from "./hls/audience.ts";
import { LiveOrigin } from "./hls/live-origin.ts";
import { createServer } from "./http/server.ts";
import { EncoderDesk } from "./ingest/encoder/encoder-desk.ts";
import type { EncoderDoor } from "./ingest/encoder/types.ts";
import { RecorderIngest } from "./ingest/recorder/recorder-ingest.ts";
import { addRecorderMetrics } from "./ingest/recorder/recorder-metrics.ts";
import { openRtmp, type Rtmp } from "./ingest/rtmp/open-rtmp.ts";
import { addRtmpMetrics } from "./ingest/rtmp/rtmp-metrics.ts";
import { openSrt, type Srt } from "./ingest/srt/open-srt.ts";
import { addSrtMetrics } from "./ingest/srt/srt-metrics.ts";
import { createBootId, LinkClient } from "./link/link-client.ts";
import { MediaNode } from "./node/media-node.ts";
import { createMetrics } from "./node/metrics.ts";
import { nodeClock } from "./node/node-clock.ts";
import { LoadMeter } from "./node/worker-load.ts";
import { MadeRenditions } from "./program/made-renditions.ts";
import { RoomPolicies } from "./program/room-policies.ts";
import { Recordings } from "./recording/recordings.ts";
import { RelayOrigin } from "./relay/relay-origin.ts";
import { RelayPulls } from "./relay/relay-pulls.ts";
import { addRestreamMetrics } from "./restream/restream-metrics.ts";
import { Restreams } from "./restream/restreams.ts";
import { SenderProcesses } from "./restream/sender.ts";
import { StageComposers } from "./stage/stage-composers.ts";
import { openStorage } from "./storage/open-storage.ts";
import { Thumbnails } from "./thumbnails/thumbnails.ts";
import { parseLadder } from "./transcode/rung-ladder.ts";
import { Transcoders } from "./transcode/transcoders.ts";
import { resolveAnnounced } from "./transport/announced-address.ts";
import { VodOrigin } from "./vod/vod-origin.ts";

/** Sent to control with every `hello`. */
const VERSION = "0.1.0";
const HEALTH_INTERVAL_MS = 2000;
const EXAMINATION_INTERVAL_MS = 1000;
/** Control says when a lost host's broadcast is over; so much later media ends it alone, should control be away. */
const GRACE_MARGIN_S = 5;
/** How often requests that have waited too long are looked for. */
const LIVE_TICK_MS = 250;
/** How often units that are due are handed to other platforms. */
const RESTREAM_TICK_MS = 20;
/** How often composed stages are told that time has passed. */
const STAGE_POLL_MS = 10;
/** An HTTP request that is not complete by then is cut off. */
const REQUEST_TIMEOUT_MS = 10_000;
/** A player without low latency asks every few seconds: its connection is kept for the next time. */
const KEEP_ALIVE_MS = 30_000;

/** A running media worker. */
export interface MediaApp {
  readonly node: MediaNode;
  readonly http: FastifyInstance;
  readonly httpPort: number;
  readonly link: LinkClient;
  /** What is live over HTTP; undefined when it is off. */
  readonly live: LiveOrigin | undefined;
  readonly transcoders: Transcoders;
  /** Hosts taken from other workers. */
  readonly pulls: RelayPulls;
  /** Where RTMP, SRT and recorders bring their streams. */
  readonly encoders: EncoderDoor;
  /** Where they find RTMP and SRT. */
  readonly rtmp: Rtmp;
  readonly srt: Srt;
  close(): Promise<void>;
}

/** Wires everything and starts listening; rejects with an error that names what is in the way. */
export async function startMedia(config: Config, log: Log): Promise<MediaApp> {
  const signatures = await TokenSignatures.fromFile(config.tokenJwksFile);
  const tokens = new RoomTokens(signatures);
  const secret = (await readFile(config.nodeSecretFile, "utf8")).trim();
  const clock = nodeClock;
  const boot = createBootId();
  const { bind, udpPort, iceTcp, maxSessions } = config;
  if (config.withoutIpv6) log.info("this machine has no IPv6: listening on IPv4 only");
  const announce = await resolveAnnounced(config.announce);
  const timers: Timers = { after: (delayMs, callback) => cancelOf(setTimeout(callback, delayMs)) };
  const certificate = config.tls && (await TlsCertificate.open({ files: config.tls, timers, log }));
  const policies = new RoomPolicies();
  const gate = new PlaybackGate(tokens, new PlaybackTokens(signatures), clock);
  const shared = { clock, timers, log, random: { next: Math.random } };
  const transcoders = new Transcoders({
    ...shared,
    ...{
      limit: config.transcodes,
      compositions: config.compositions,
      encoder: config.encoder,
      cores: availableParallelism(),
    },
  });
  if (config.hls.enabled && config.transcodes > 0) {
    void transcoders.probe().then((encoder) => log.info("video is encoded by", { encoder }));
  }
  const archive = new DiskArchive({ ...shared, directory: join(config.dataDir, "live") });
  const recordingsDirectory = join(config.dataDir, "recordings");
  const storage = await openStorage(config.storage, recordingsDirectory);
  const recordings = new Recordings({
    ...shared,
    ...{ directory: recordingsDirectory, archive, storage },
    policyOf: (room) => policies.of(room),
    makePictures: (work) => transcoders.runJob("pictures", work),
    makeAac: (work, options) => transcoders.runJob("aac", work, options),
  });
  await recordings.recover();
  policies.on("changed", (room, policy) => recordings.setPolicy(room, policy));
  const vod = new VodOrigin({
    ...{ recordings, storage, log },
    mayPlay: (recording, credential) => gate.require({ recording }, credential),
  });
  const audience = new Audience();
  const live = config.hls.enabled
    ? new LiveOrigin({ gate, policies, transcoders, audience, clock, log, ...config.hls })
    : undefined;
  const node = new MediaNode({
    ...{ openWire, bind, udpPort, announce, iceTcp, maxSessions, makers: transcoders, clock, log },
    programs: live && {
      ...config.hls,
      dvrMs: config.hls.dvrS * 1000,
      graceMs: (config.graceS + GRACE_MARGIN_S) * 1000,
      openSink: (info) => live.open(info, archive.open(info)),
    },
  });
  const { programs } = node;
  const ladder = parseLadder(config.hls.ladder) ?? [];
  const made = programs && new MadeRenditions({ programs, transcoders, ladder, nowMs: clock.nowMs, log });
  if (programs !== undefined) live?.serve(programs);
  const stages =
    programs &&
    new StageComposers({
      ...{ programs, node, transcoders, ladder, maxHeight: config.composeHeight, clock, log },
      isRecording: (room) => recordings.isRecording(room),
    });
  const doctors =
    programs &&
    new Doctors({
      programs,
      transcoders,
      repairs: config.transcodes > 0,
      clock,
      log,
      hasRival: (id) => node.hasRival(id),
    });
  const thumbnails = programs && new Thumbnails({ programs, transcoders, clock, log });
  const senders = new SenderProcesses(timers);
  const restreams = new Restreams({
    ...{ ...shared, programs, openSender: senders.open, allowPrivate: config.restreamPrivate },
  });
  const relayOrigin = programs && new RelayOrigin(programs);
  const pulls = new RelayPulls({
    ...{ secret, certificate, timers, log, random: shared.random },
    isUsed: (room) => node.isUsed(room),
    open: ({ room, participant }, onClosed) => {
      const identity = { room, participant, name: "", role: "host", grants: ROLE_GRANTS.host } as const;
      return node.publishVisitor({ identity, credentialHash: "" }, onClosed);
    },
  });
  let publicUrl = config.publicUrl;
  // Without a public address all programs are on one machine.
  const loopback = () => `${config.https ? "https" : "http"}://127.0.0.1:${boundPort ?? config.httpPort}`;
  let boundPort: number | undefined;
  let rtmp: Rtmp | undefined;
  let srt: Srt | undefined;

  const link: LinkClient = new LinkClient({
    url: config.controlLinkUrl,
    certificate,
    secret,
    hello: () => ({
      type: "hello",
      worker: config.worker,
      boot,
      version: VERSION,
      publicUrl: publicUrl ?? `:${config.httpPort}`,
      relayUrl: relayOrigin === undefined ? null : (absolute(publicUrl) ?? loopback()),
      publishers: node.publishers(),
      viewers: node.viewers(),
      recordings: recordings.facts,
      hls: config.hls.enabled,
      maxSessions,
      ingest: {
        ...NO_INGEST,
        ...rtmp?.addresses,
        srt: srt?.address ?? null,
        srtPassphrase: config.srt.passphrase !== undefined,
      },
      findings: doctors?.current ?? [],
      audiences: audience.all,
    }),
    onCommand: (command) => {
      if (command.type === "end-room") {
        node.endRoom(command.room);
        pulls.set(command.room, []);
      } else if (command.type === "close-participant")
        node.closeParticipant(command.participant, command.room);
      else if (command.type === "room-policy") {
        const { type: _, room, ...policy } = command;
        policies.set(room, policy);
      } else if (command.type === "record") recordings.record(command.room, command.on);
      else if (command.type === "restream") restreams.set(command.room, command.targets);
      else if (command.type === "stage") {
        node.setStage(command.room, command);
        pulls.set(command.room, command.visitors ?? []);
      } else if (command.type === "recording-policy") recordings.setOpen(command.id, command.open);
      else if (command.type === "delete-recording") {
        const { id } = command;
        recordings
          .delete(id)
          .catch(({ message }) => log.error("a recording is not deleted", { recording: id, error: message }));
      }
    },
    log,
  });
  node.on("publisher", (publisher) => link.send({ type: "publisher", publisher }));
  node.on("publisherGone", (gone) => link.send({ type: "publisher-gone", ...gone }));
  node.on("viewer", (viewer) => link.send({ type: "viewer", viewer }));
  node.on("viewerGone", (gone) => link.send({ type: "viewer-gone", ...gone }));
  for (const event of ["publisher", "viewer"] as const) node.on(event, ({ room }) => pulls.entered(room));
  audience.on("changed", (room, players) => link.send({ type: "audience", room, players }));

  doctors?.on("findings", (found) => link.send({ type: "findings", ...found }));
  thumbnails?.on("thumbnail", (room, jpeg) =>
    link.send({ type: "thumbnail", room, jpeg: Buffer.from(jpeg).toString("base64") }),
  );
  restreams.on("state", (room, targets) => link.send({ type: "restream-state", room, targets }));
  recordings.on("fact", (recording) => link.send({ type: "recording", recording }));
  recordings.on("deleted", (id) => link.send({ type: "recording-deleted", id }));

  const registry = createMetrics(node, { linked: () => link.connected, live, transcoders, stages });
  const streamKeys = new StreamKeys((room, key) => link.askStreamKey(room, key), clock);
  const authenticator = new Authenticator(tokens, streamKeys);
  const encoders = new EncoderDesk({ node, authenticator, log });
  const recorders = new RecorderIngest({
    ...{ door: encoders, clock, timers, log, trustProxy: config.trustProxy },
    random: { bytes: (count) => new Uint8Array(randomBytes(count)) },
  });
  addRecorderMetrics(registry, recorders);
  addRestreamMetrics(registry, restreams);
  const http = await createServer({
    node,
    authenticator,
    clock,
    log,
    trustProxy: config.trustProxy,
    iceServers: config.iceServers,
    metrics: async () => ({ type: registry.contentType, text: await registry.metrics() }),
    mayReadMetrics: (authorization) => equalSecrets(bearerOf(authorization) ?? "", secret),
    linked: () => link.connected,
    live,
    relay: relayOrigin,
    isOurs: (authorization) => equalSecrets(bearerOf(authorization) ?? "", secret),
    vod,
  });
  let listening: Listening;
  try {
    rtmp = await openRtmp({
      ...{ config: config.rtmp, certificate, bind, door: encoders, clock, timers, log },
      random: { bytes: (count) => randomBytes(count) },
    });
    srt = await openSrt({ config: config.srt, bind, door: encoders, clock, timers, log });
    await http.ready();
    listening = await listenHttp({
      ...{ hosts: bind, port: config.httpPort, certificate: config.https && certificate },
      ...{ requestTimeoutMs: REQUEST_TIMEOUT_MS, keepAliveMs: KEEP_ALIVE_MS },
      onRequest: (request, response) => http.routing(request, response),
    });
  } catch (error) {
    await recorders.close();
    await node.close();
    await rtmp?.close();
    await srt?.ingest?.close();
    await Promise.all([http.close(), recordings.close(), transcoders.close()]);
    certificate?.close();
    throw error;
  }
  for (const server of listening.servers) recorders.attach(server);
  addRtmpMetrics(registry, rtmp.ingest);
  if (srt.ingest !== undefined) addSrtMetrics(registry, srt.ingest);
  const httpPort = listening.port;
  boundPort = httpPort;
  publicUrl ??= `:${httpPort}`;
  link.open();
  const load = new LoadMeter(node);
  const health = setInterval(() => {
    const publishers = node.takeHealth();
    doctors?.health(publishers);
    link.send({ type: "health", publishers, load: load.take() });
  }, HEALTH_INTERVAL_MS);
  const examination = setInterval(() => {
    doctors?.tick();
    thumbnails?.tick();
  }, EXAMINATION_INTERVAL_MS);

  const restreamTick = setInterval(() => restreams.tick(), RESTREAM_TICK_MS);
  const liveTick = setInterval(() => {
    live?.tick(clock.nowMs());
    pulls.refresh();
    made?.tick();
    stages?.tick();
  }, LIVE_TICK_MS);
  const stagePoll = setInterval(() => stages?.poll(), STAGE_POLL_MS);

  let closing: Promise<void> | undefined;
  const close = async () => {
    clearInterval(health);
    clearInterval(examination);
    doctors?.close();
    thumbnails?.close();
    clearInterval(liveTick);
    clearInterval(restreamTick);
    clearInterval(stagePoll);
    stages?.close();
    restreams.close();
    pulls.close();
    relayOrigin?.close();
    const farewells = senders.close();
    await recorders.close();
    await node.close();
    await rtmp?.close();
    await srt?.ingest?.close();
    link.close();
    await listening.close();
    await http.close();
    certificate?.close();
    await archive.close();
    // The transcoders end what recordings wait for.
    await Promise.all([recordings.close(), transcoders.close(), farewells]);
  };
  return {
    node,
    http,
    httpPort,
    link,
    live,
    transcoders,
    pulls,
    encoders,
    rtmp,
    srt,
    close: () => (closing ??= close()),
  };
}

/** A base URL that names a host; undefined for `:8081`. */
function absolute(url: string | undefined): string | undefined {
  return url === undefined || url.startsWith(":") ? undefined : url;
}

function cancelOf(timer: NodeJS.Timeout): () => void {
  return () => clearTimeout(timer);
}

function equalSecrets(left: string, right: string): boolean {
  const [a, b] = [Buffer.from(left), Buffer.from(right)];
  return a.length === b.length && timingSafeEqual(a, b);
}
