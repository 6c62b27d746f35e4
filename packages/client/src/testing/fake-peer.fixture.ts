/** What a peer's packets go through. */
export interface FakeNetwork {
  /** What becomes of several encodings: in old browsers, and with a server that takes one only. */
  readonly simulcast: "works" | "ignored" | "rejected" | "refused";
  /** What cameras capture; 0: not known. */
  readonly source: { width: number; height: number };
  readonly onAir: { video: boolean; audio: boolean; decoding: boolean };
  /** How loud audio sections are, by MID, 0 to 1. */
  readonly voices: Readonly<Record<string, number>>;
  /** How long sound waits in the jitter buffer; none of it has to. */
  readonly soundWaitsMs: number;
  nowMs(): number;
  /** How long packets have come through in all. */
  udpUpMs(): number;
  whenUdpWorks(callback: () => void): void;
  isPaused(session: string): boolean;
}

/** A track that knows whether it was stopped. */
export class FakeTrack extends EventTarget {
  readonly kind: string;
  readonly #lines: number | undefined;
  contentHint = "";
  stopped = false;

  /** `lines`: height of a 16:9 picture; undefined: the track does not tell. */
  constructor(kind: string, lines?: number) {
    super();
    this.kind = kind;
    this.#lines = lines;
  }

  getSettings(): { width?: number; height?: number } {
    return this.#lines === undefined ? {} : { width: (this.#lines * 16) / 9, height: this.#lines };
  }

  stop(): void {
    this.stopped = true;
  }
}

export interface FakeEncoding {
  rid?: string;
  active?: boolean;
  scaleResolutionDownBy?: number;
  maxBitrate?: number;
}
interface FakeParameters {
  transactionId: string;
  encodings: FakeEncoding[];
  degradationPreference?: string;
}

/** Takes parameters only when they were read after the last change, as browsers do. */
export class FakeSender {
  readonly transport = Object.assign(new EventTarget(), { state: "connected" });
  track: FakeTrack | null;
  parameters: FakeParameters;
  changes = 0;

  constructor(track: FakeTrack | null, encodings: FakeEncoding[]) {
    this.track = track;
    this.parameters = { transactionId: "0", encodings };
  }

  async replaceTrack(track: FakeTrack | null): Promise<void> {
    this.parameters.transactionId = `r${++this.changes}`;
    await Promise.resolve();
    this.track = track;
  }

  getParameters(): FakeParameters {
    return structuredClone(this.parameters);
  }

  async setParameters(parameters: FakeParameters): Promise<void> {
    if (parameters.transactionId !== this.parameters.transactionId)
      throw new DOMException("read again", "InvalidStateError");
    this.parameters = { ...structuredClone(parameters), transactionId: `p${++this.changes}` };
  }
}

export interface FakeTransceiver {
  kind: string;
  mid: string | null;
  sender: FakeSender;
  receiver: { jitterBufferTarget: number | null; track: FakeTrack };
  init: unknown;
}

/** A peer connection on a {@link FakeNetwork}: connects when UDP works, counts what would have come through. */
export class FakePeer extends EventTarget {
  readonly #world: FakeNetwork;
  readonly transceivers: FakeTransceiver[] = [];
  configuration: RTCConfiguration;
  connectionState = "new";
  signalingState = "stable";
  localDescription: { sdp: string } | null = null;
  remoteDescription: { sdp: string } | null = null;
  /** ICE servers in use at each gathering. */
  readonly gatheredWith: (RTCIceServer[] | undefined)[] = [];
  /** Generations of ICE credentials so far. */
  generation = 1;
  /** Of the session on the server this peer belongs to. */
  session = "";
  #upAtMs = 0;

  constructor(world: FakeNetwork, configuration: RTCConfiguration = {}) {
    super();
    this.#world = world;
    this.configuration = configuration;
  }

  addTransceiver(trackOrKind: FakeTrack | string, init: unknown) {
    const track = typeof trackOrKind === "string" ? null : trackOrKind;
    const kind = typeof trackOrKind === "string" ? trackOrKind : trackOrKind.kind;
    const { sendEncodings = [{}] } = (init ?? {}) as { sendEncodings?: FakeEncoding[] };
    // A browser from before RIDs ignores what it does not know.
    if (sendEncodings.length > 1 && this.#world.simulcast === "rejected") throw new TypeError("no RIDs");
    const encodings = this.#world.simulcast === "ignored" ? [{}] : structuredClone(sendEncodings);
    const transceiver: FakeTransceiver = {
      kind,
      mid: null,
      sender: new FakeSender(track, encodings),
      receiver: { jitterBufferTarget: null, track: new FakeTrack(kind) },
      init,
    };
    this.transceivers.push(transceiver);
    return transceiver;
  }

  getConfiguration(): RTCConfiguration {
    return this.configuration;
  }

  setConfiguration(configuration: RTCConfiguration): void {
    this.configuration = configuration;
  }

  getTransceivers() {
    return this.transceivers;
  }

  async createOffer(options: { iceRestart?: boolean } = {}) {
    if (options.iceRestart) this.generation += 1;
    const lines = ["v=0", "m=video 9 UDP/TLS/RTP/SAVPF 96", `a=ice-ufrag:client${this.generation}`];
    return { type: "offer", sdp: [...lines, "a=ice-pwd:clientpassword", "a=mid:0", ""].join("\r\n") };
  }

  async setLocalDescription(description: { sdp: string }): Promise<void> {
    if (this.signalingState === "closed") throw new DOMException("closed", "InvalidStateError");
    this.localDescription = description;
    this.gatheredWith.push(this.configuration.iceServers);
  }

  async setRemoteDescription(description: { sdp: string }): Promise<void> {
    const first = this.remoteDescription === null;
    this.remoteDescription = description;
    if (!first) return;
    this.session = /a=session:(\S+)/.exec(description.sdp)?.[1] ?? "";
    for (const [index, transceiver] of this.transceivers.entries()) {
      transceiver.mid = String(index);
      const { parameters } = transceiver.sender;
      if (this.#world.simulcast === "refused" && parameters.encodings.length > 1)
        parameters.encodings = [{ ...parameters.encodings[0]!, rid: undefined! }];
    }
    this.dispatchEvent(new Event("signalingstatechange"));
    for (const { receiver, sender } of this.transceivers) {
      if (sender.track !== null) continue;
      this.dispatchEvent(Object.assign(new Event("track"), { track: receiver.track, receiver }));
    }
    this.#world.whenUdpWorks(() => {
      this.#upAtMs = this.#world.udpUpMs();
      this.change("connected");
    });
  }

  change(state: string): void {
    if (this.signalingState === "closed") return;
    this.connectionState = state;
    this.dispatchEvent(new Event("connectionstatechange"));
  }

  /** The server says goodbye. */
  closeDtls(): void {
    for (const { sender } of this.transceivers) {
      sender.transport.state = "closed";
      sender.transport.dispatchEvent(new Event("statechange"));
    }
  }

  async getStats(): Promise<Map<string, object>> {
    const upMs = this.connectionState === "new" ? 0 : this.#world.udpUpMs() - this.#upAtMs;
    const { video, audio, decoding } = this.#world.onAir;
    const flows = !this.#world.isPaused(this.session);
    const sending = this.transceivers.some(({ sender }) => sender.track !== null);
    const entries: Record<string, object> = {
      pair: {
        type: "candidate-pair",
        id: "pair",
        nominated: true,
        state: "succeeded",
        currentRoundTripTime: 0.01,
        bytesReceived: sending || (flows && (video || audio)) ? upMs : 0,
        responsesReceived: Math.floor(upMs / 2500),
      },
      source: { type: "media-source", kind: "video", framesPerSecond: 30, ...this.#world.source },
      inboundVideo: {
        type: "inbound-rtp",
        kind: "video",
        bytesReceived: flows && video ? upMs * 100 : 0,
        framesDecoded: flows && video && decoding ? Math.floor(upMs / 33) : 0,
        estimatedPlayoutTimestamp: Date.now() - 120 + 2_208_988_800_000,
      },
      inboundAudio: {
        ...{ type: "inbound-rtp", kind: "audio", mid: "1", bytesReceived: flows && audio ? upMs : 0 },
        ...{ packetsReceived: Math.floor(upMs / 20), jitterBufferEmittedCount: upMs * 48 },
        ...{ jitterBufferDelay: upMs * 48 * (this.#world.soundWaitsMs / 1000), jitterBufferTargetDelay: 0 },
      },
    };
    for (const [mid, level] of Object.entries(this.#world.voices)) {
      const seconds = upMs / 1000;
      entries[`voice${mid}`] = {
        ...{ type: "inbound-rtp", kind: "audio", mid },
        ...{ totalAudioEnergy: level * level * seconds, totalSamplesDuration: seconds },
      };
    }
    const video0 = this.transceivers.find((transceiver) => transceiver.kind === "video");
    for (const encoding of video0?.sender.parameters.encodings ?? []) {
      const { rid, active = true, scaleResolutionDownBy = 1 } = encoding;
      entries[`outbound${rid}`] = {
        type: "outbound-rtp",
        kind: "video",
        ...(rid === undefined ? {} : { rid }),
        bytesSent: sending && active ? this.#world.nowMs() * 100 : 0,
        framesPerSecond: active ? 30 : 0,
        frameWidth: this.#world.source.width / scaleResolutionDownBy,
        frameHeight: this.#world.source.height / scaleResolutionDownBy,
      };
    }
    return new Map(Object.entries(entries));
  }

  close(): void {
    this.signalingState = "closed";
    this.connectionState = "closed";
  }
}
