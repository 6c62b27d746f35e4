import { mkdir, writeFile } from "node:fs/promises";
import { join } from "node:path";

export interface JanusPorts {
  http: number;
  video: number;
  audio: number;
}

export interface JanusConfigOptions {
  ports: JanusPorts;
  /** Threads that serve all viewers; 0: one for each viewer, Janus's default. */
  eventLoops: number;
  videoPayloadType: number;
  audioPayloadType: number;
}

/** Debian keeps plugins below the architecture's library folder. */
const LIBRARIES = `/usr/lib/${process.arch === "arm64" ? "aarch64" : "x86_64"}-linux-gnu/janus`;

/** Writes what Janus reads: its core, HTTP on loopback, and one RTP mountpoint with the id 1. Nothing else is loaded. */
export async function writeJanusConfig(directory: string, options: JanusConfigOptions): Promise<void> {
  const { ports, eventLoops, videoPayloadType, audioPayloadType } = options;
  const files: Record<string, string> = {
    "janus.jcfg": `general: {
  configs_folder = "${directory}"
  plugins_folder = "${LIBRARIES}/plugins"
  transports_folder = "${LIBRARIES}/transports"
  debug_level = 2
  debug_timestamps = false
  ${eventLoops > 0 ? `event_loops = ${eventLoops}` : ""}
}
nat: {
  full_trickle = false
}
media: {
  ipv6 = false
}
plugins: {
  disable = "libjanus_audiobridge.so,libjanus_duktape.so,libjanus_echotest.so,libjanus_lua.so,libjanus_nosip.so,libjanus_recordplay.so,libjanus_sip.so,libjanus_textroom.so,libjanus_videocall.so,libjanus_videoroom.so,libjanus_voicemail.so"
}
transports: {
  disable = "libjanus_mqtt.so,libjanus_nanomsg.so,libjanus_pfunix.so,libjanus_rabbitmq.so,libjanus_websockets.so"
}
events: {
  broadcast = false
}
`,
    "janus.transport.http.jcfg": `general: {
  json = "compact"
  base_path = "/janus"
  http = true
  port = ${ports.http}
  interface = "lo"
  https = false
}
admin: {
  admin_http = false
  admin_https = false
}
`,
    "janus.plugin.streaming.jcfg": `bench: {
  type = "rtp"
  id = 1
  description = "bench"
  audio = true
  audioport = ${ports.audio}
  audioiface = "127.0.0.1"
  audiopt = ${audioPayloadType}
  audiocodec = "opus"
  video = true
  videoport = ${ports.video}
  videoiface = "127.0.0.1"
  videopt = ${videoPayloadType}
  videocodec = "h264"
  videofmtp = "profile-level-id=42e01f;packetization-mode=1"
}
`,
  };
  await mkdir(directory, { recursive: true });
  for (const [name, text] of Object.entries(files)) await writeFile(join(directory, name), text);
}
