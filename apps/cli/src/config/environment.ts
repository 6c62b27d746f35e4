import {
  addressEnvironment,
  iceServerEnvironment,
  moneyEnvironment,
  tlsEnvironment,
} from "@sameroom/contract";
import { z } from "zod";
import { defaultWebDirectory } from "../paths.ts";

const port = z.coerce
  .number("a port number, 1 to 65535")
  .int()
  .min(1, "a port number, 1 to 65535")
  .max(65_535, "a port number, 1 to 65535");
const path = z.string();
const portOrOff = z.union([z.literal("off"), port], "a port number, 1 to 65535, or off");

/**
 * Every variable Sameroom reads, with its default. The supervisor checks all of them before anything starts; each
 * program then reads its own part again. `.describe()` is the text of `docs/guide/configuration.md`, which a test
 * compares with this schema.
 */
export const environmentSchema = z.object({
  SAMEROOM_DATA_DIR: path
    .default("./data")
    .describe(
      "Where everything is kept: secrets, database, covers, thumbnails. One running Sameroom per directory.",
    ),
  SAMEROOM_HTTP_PORT: port.default(8080).describe("TCP port of the web app, the API and Socket.IO."),
  SAMEROOM_MEDIA_HTTP_PORT: port.default(8081).describe("TCP port of media over HTTP: WHIP and WHEP."),
  SAMEROOM_MEDIA_UDP_PORT: port
    .default(8082)
    .describe("Port of all WebRTC media: UDP, and TCP unless SAMEROOM_ICE_TCP is off."),
  ...addressEnvironment,
  SAMEROOM_RTMP_PORT: portOrOff
    .default(1935)
    .describe(
      "TCP port where encoders publish over RTMP, or `off`. If nobody set it and it is taken, Sameroom starts without RTMP and says so.",
    ),
  SAMEROOM_RTMPS_PORT: portOrOff
    .default("off")
    .describe(
      "TCP port of the same over TLS (RTMPS), or `off`. Needs SAMEROOM_TLS_CERT_FILE and SAMEROOM_TLS_KEY_FILE.",
    ),
  ...tlsEnvironment,
  SAMEROOM_SRT_PORT: portOrOff
    .default(9000)
    .describe(
      "UDP port where encoders publish over SRT, or `off`. If nobody set it and it is taken, Sameroom starts without SRT and says so.",
    ),
  SAMEROOM_SRT_PASSPHRASE: z
    .string()
    .min(10, "10 to 79 characters")
    .max(79, "10 to 79 characters")
    .optional()
    .describe(
      "Passphrase that every SRT encoder must use, 10 to 79 characters: streams are encrypted then. Absent: SRT comes in the clear, stream keys too.",
    ),
  SAMEROOM_SRT_LATENCY_MS: z.coerce
    .number("milliseconds, 20 to 8000")
    .int("milliseconds, 20 to 8000")
    .min(20, "milliseconds, 20 to 8000")
    .max(8000, "milliseconds, 20 to 8000")
    .default(120)
    .describe(
      "How long a packet lost on the way is waited for over SRT, in milliseconds; an encoder may ask for longer, up to 8000.",
    ),
  SAMEROOM_ICE_TCP: z
    .stringbool()
    .default(true)
    .describe(
      "Take WebRTC over TCP on the number of SAMEROOM_MEDIA_UDP_PORT as well, for networks that block UDP.",
    ),
  SAMEROOM_MEDIA_PUBLIC_URL: z
    .string()
    .regex(/^(?::\d{1,5}|https?:\/\/[^\s/?#]+(?:\/[^\s?#]*)?)$/, "use :PORT or http(s)://HOST[:PORT]")
    .optional()
    .describe(
      "How browsers reach the media HTTP port. `:PORT` means: same scheme and host as the page. Absent: `:` and SAMEROOM_MEDIA_HTTP_PORT.",
    ),
  ...iceServerEnvironment,
  SAMEROOM_NODE_SECRET_FILE: path
    .optional()
    .describe(
      "File with the secret that media shows to control. Absent: made once under the data directory.",
    ),
  SAMEROOM_TOKEN_KEY_FILE: path
    .optional()
    .describe(
      "Private Ed25519 JWK (with `kid`) that signs room tokens. Absent: made once under the data directory.",
    ),
  SAMEROOM_TOKEN_JWKS_FILE: path
    .optional()
    .describe("Public JWK set that verifies room tokens. Absent: made once under the data directory."),
  SAMEROOM_CREDENTIAL_KEY_FILE: path
    .optional()
    .describe(
      "File with the key (32 bytes in base64url) that encrypts the credentials of restream targets in the database. Absent: made once under the data directory. Without it they must be entered again.",
    ),
  SAMEROOM_RESTREAM_PRIVATE: z
    .stringbool("true or false")
    .default(false)
    .describe(
      "Whether shows may be restreamed to addresses of private networks and of this machine. Off, hosts cannot reach into your network.",
    ),
  SAMEROOM_CONTROL_LINK_URL: z
    .string()
    .regex(/^wss?:\/\/[^\s]+$/, "use ws://HOST:PORT/internal/link")
    .optional()
    .describe("Where media reports to control. Absent: the control of this machine."),
  SAMEROOM_WORKER: z
    .string()
    .regex(/^[a-z0-9][a-z0-9-]{0,59}$/, "lower-case letters, digits and dashes")
    .default("media-1")
    .describe("Name of the media worker, as admins see it."),
  SAMEROOM_MAX_SESSIONS: z.coerce
    .number("a whole number")
    .int("a whole number")
    .min(1, "at least 1")
    .optional()
    .describe("Most WHIP and WHEP sessions the media worker serves at a time."),
  DATABASE_URL: z
    .string()
    .regex(/^postgres(?:ql)?:\/\//, "use postgresql://USER:PASSWORD@HOST:PORT/DATABASE")
    .optional()
    .describe(
      "An external PostgreSQL (15 or later). Absent: the embedded one, in `pgdata` under the data directory.",
    ),
  SAMEROOM_REDIS_URL: z
    .string()
    .regex(/^rediss?:\/\//, "redis://[USER:PASSWORD@]HOST[:PORT][/DATABASE]")
    .optional()
    .describe(
      "Redis through which several control processes on one database hear of each other, `redis://[USER:PASSWORD@]HOST[:PORT][/DATABASE]`. Absent: this is the only one.",
    ),
  SAMEROOM_GRACE_S: z.coerce
    .number("a whole number of seconds, 1 to 3600")
    .int("a whole number of seconds, 1 to 3600")
    .min(1, "a whole number of seconds, 1 to 3600")
    .max(3600, "a whole number of seconds, 1 to 3600")
    .default(30)
    .describe("Seconds an interrupted broadcast waits for its host before it ends."),
  SAMEROOM_HLS: z
    .stringbool("on or off")
    .default(true)
    .describe(
      "Serve shows over LL-HLS as well: `on` or `off`. Off, nothing can be recorded either: recordings are the same fragments.",
    ),
  SAMEROOM_HLS_PART_MS: z.coerce
    .number("milliseconds, 100 to 1000")
    .int("milliseconds, 100 to 1000")
    .min(100, "milliseconds, 100 to 1000")
    .max(1000, "milliseconds, 100 to 1000")
    .default(250)
    .describe("Length of a partial segment in milliseconds: shorter is closer to live, and more requests."),
  SAMEROOM_HLS_SEGMENT_MS: z.coerce
    .number("milliseconds, 1000 to 6000")
    .int("milliseconds, 1000 to 6000")
    .min(1000, "milliseconds, 1000 to 6000")
    .max(6000, "milliseconds, 1000 to 6000")
    .default(2000)
    .describe("Length of a segment in milliseconds; each begins with a keyframe."),
  SAMEROOM_HLS_DVR_S: z.coerce
    .number("seconds, 0 to 86400")
    .int("seconds, 0 to 86400")
    .min(0, "seconds, 0 to 86400")
    .max(86_400, "seconds, 0 to 86400")
    .default(600)
    .describe("How far viewers can go back in a live show, in seconds. It is kept on disk."),
  SAMEROOM_HLS_LADDER: z
    .string()
    .regex(
      /^\s*\d{2,4}:\d{2,6}k\s*(?:,\s*\d{2,4}:\d{2,6}k\s*){0,7}$/,
      "use HEIGHT:KILOBITSk, comma separated, at most eight",
    )
    .default("1080:4500k,720:2500k,480:1200k,360:700k")
    .describe(
      "Sizes that are made of a picture that comes in one, while somebody watches them: height and bit rate of each.",
    ),
  SAMEROOM_TRANSCODES: z.coerce
    .number("a whole number, 0 to 64")
    .int("a whole number, 0 to 64")
    .min(0, "a whole number, 0 to 64")
    .max(64, "a whole number, 0 to 64")
    .optional()
    .describe("Most pictures transcoded at a time. Absent: half as many as there are processors."),
  SAMEROOM_COMPOSITIONS: z.coerce
    .number("a whole number, 0 to 64")
    .int("a whole number, 0 to 64")
    .min(0, "a whole number, 0 to 64")
    .max(64, "a whole number, 0 to 64")
    .optional()
    .describe("Most stages with guests composed at a time. Absent: half as many as there are processors."),
  SAMEROOM_COMPOSE_HEIGHT: z.coerce
    .number("an even number, 180 to 2160")
    .int("an even number, 180 to 2160")
    .min(180, "an even number, 180 to 2160")
    .max(2160, "an even number, 180 to 2160")
    .multipleOf(2, "an even number, 180 to 2160")
    .default(720)
    .describe("Shorter side of composed pictures at most, pixels."),
  SAMEROOM_ENCODER: z
    .enum(["auto", "cpu"], "auto or cpu")
    .default("auto")
    .describe("`auto` encodes H.264 in hardware where the machine can, `cpu` never."),
  SAMEROOM_HLS_MAX_WAITING: z.coerce
    .number("a whole number")
    .int("a whole number")
    .min(1, "at least 1")
    .max(200_000, "at most 200000")
    .default(20_000)
    .describe("Most LL-HLS requests that wait at a time for the next part; more are told to come back."),
  SAMEROOM_HLS_MAX_WAITING_PER_ADDRESS: z.coerce
    .number("a whole number")
    .int("a whole number")
    .min(1, "at least 1")
    .max(200_000, "at most 200000")
    .default(5000)
    .describe("Of these, most from one address: raise it where a CDN or a proxy is in front."),
  SAMEROOM_STORAGE: z
    .enum(["file", "s3"], "file or s3")
    .default("file")
    .describe(
      "Where finished recordings are kept: `file`, in `recordings` under the data directory, or `s3`, in a bucket.",
    ),
  SAMEROOM_S3_BUCKET: z.string().optional().describe("The bucket. Needed with SAMEROOM_STORAGE=s3."),
  SAMEROOM_S3_ENDPOINT: z
    .url({ protocol: /^https?$/, error: "use http(s)://HOST[:PORT]" })
    .optional()
    .describe("Address of a server that speaks S3's protocol. Absent: Amazon's of the region."),
  SAMEROOM_S3_REGION: z.string().default("us-east-1").describe("The bucket's region."),
  SAMEROOM_S3_PREFIX: z
    .string()
    .regex(/^[A-Za-z0-9._-]+(?:\/[A-Za-z0-9._-]+)*$/, "letters, digits, `._-` and `/` between names")
    .default("recordings")
    .describe("What the keys of recordings begin with."),
  SAMEROOM_S3_FORCE_PATH_STYLE: z
    .stringbool("true or false")
    .default(false)
    .describe("Name the bucket in the path instead of the host name, as most servers but Amazon's want it."),
  SAMEROOM_S3_KEY_ID: z
    .string()
    .optional()
    .describe("Access key id. Absent: what the machine gives the AWS SDK, such as an instance's role."),
  SAMEROOM_S3_SECRET_FILE: path
    .optional()
    .describe("File with the secret access key. Given together with SAMEROOM_S3_KEY_ID."),
  SAMEROOM_WEBHOOK_PRIVATE: z
    .stringbool("true or false")
    .default(false)
    .describe(
      "Whether webhooks may go to addresses of private networks and of this machine. Off, users cannot reach into your network.",
    ),
  SAMEROOM_SIGN_UP: z
    .enum(["open", "closed"], "open or closed")
    .default("open")
    .describe("Whether visitors may create accounts: `open` or `closed`."),
  SAMEROOM_MODERATION_URL: z
    .url({ protocol: /^https?$/, error: "use http(s)://HOST[:PORT]/PATH" })
    .optional()
    .describe(
      "Base address of a service with OpenAI's moderation interface, such as `https://api.openai.com/v1`: chat messages are shown to it. Absent: only the filters of this machine look at them.",
    ),
  SAMEROOM_MODERATION_KEY_FILE: path.optional().describe("File with that service's key, sent as bearer."),
  SAMEROOM_MODERATION_MODEL: z
    .string()
    .min(1, "a name of 1 to 100 characters")
    .max(100, "a name of 1 to 100 characters")
    .default("omni-moderation-latest")
    .describe("Name of the model that service is asked to use."),
  SAMEROOM_PUSH_CONTACT: z
    .string()
    .regex(/^(?:mailto:[^\s@]+@[^\s@]+|https:\/\/\S+)$/, "mailto:NAME@HOST or https://HOST")
    .default("mailto:push@sameroom.example")
    .describe(
      "Whom browsers' push services turn to when something is wrong with what this server sends, `mailto:NAME@HOST` or `https://HOST`.",
    ),
  SAMEROOM_SCREENING: z
    .enum(["off", "flag", "blur", "pause"], "off, flag, blur or pause")
    .default("off")
    .describe(
      "What is done when a picture of a show looks wrong: `off` (nobody looks), `flag` (staff get it), `blur` or `pause` (viewers see it blurred, or not at all, until staff have decided). Rooms may be stricter.",
    ),
  SAMEROOM_SCREENING_BY: z
    .enum(["model", "service"], "model or service")
    .default("model")
    .describe(
      "Who looks at pictures: a `model` on this machine (150 MB of memory and 0.1 s of a core for a picture while it is used), or the `service` of SAMEROOM_MODERATION_URL.",
    ),
  SAMEROOM_SCREENING_EVERY_S: z.coerce
    .number("a whole number of seconds, 1 to 3600")
    .int("a whole number of seconds, 1 to 3600")
    .min(1, "a whole number of seconds, 1 to 3600")
    .max(3600, "a whole number of seconds, 1 to 3600")
    .default(15)
    .describe("Least seconds between two pictures of a show that are looked at."),
  SAMEROOM_SCREENING_THRESHOLD: z.coerce
    .number("a number, 0 to 1")
    .min(0, "a number, 0 to 1")
    .max(1, "a number, 0 to 1")
    .default(0.8)
    .describe("How sure the model must be that a picture is wrong, 0 to 1."),
  SAMEROOM_PASSIVE_VIEWERS: z
    .enum(["webrtc", "hls"], "webrtc or hls")
    .default("webrtc")
    .describe(
      "How people watch who only watch: `webrtc`, and LL-HLS once a media worker is full, or always `hls`. Hosts and guests always use WebRTC.",
    ),
  SAMEROOM_RECORDING_KEEP_DAYS: z.coerce
    .number("a number of days, 0 to 36500")
    .min(0, "a number of days, 0 to 36500")
    .max(36_500, "a number of days, 0 to 36500")
    .default(0)
    .describe("Days after the end of a show when its recordings are deleted. `0`: they are kept for ever."),
  SAMEROOM_RECORDING_MAX_GB: z.coerce
    .number("a number of gigabytes, 0 to 1000000")
    .min(0, "a number of gigabytes, 0 to 1000000")
    .max(1_000_000, "a number of gigabytes, 0 to 1000000")
    .default(0)
    .describe(
      "Gigabytes (10^9 bytes) that all recordings of this server may take together; beyond them the oldest finished ones are deleted. `0`: no limit.",
    ),
  ...moneyEnvironment,
  SAMEROOM_TRUST_PROXY: z
    .stringbool("true or false")
    .default(false)
    .describe("Believe `X-Forwarded-*`. Only behind a reverse proxy that sets them."),
  SAMEROOM_FILES_DIR: path
    .optional()
    .describe(
      "Directory with media files that admins may play live in their rooms, from the studio. Absent: none.",
    ),
  SAMEROOM_WEB_DIR: path.default(defaultWebDirectory).describe("The built web app."),
  SAMEROOM_LOG_LEVEL: z
    .enum(
      ["fatal", "error", "warn", "info", "debug", "trace", "silent"],
      "fatal, error, warn, info, debug, trace or silent",
    )
    .default("info")
    .describe("Least severity that is logged."),
  SAMEROOM_LOG_FORMAT: z
    .enum(["pretty", "json"], "pretty or json")
    .default("pretty")
    .describe(
      "`pretty` for people, `json` (one object a line) for log collectors. A program started alone defaults to `json`.",
    ),
});

/** The environment, checked, with defaults filled in. */
export type Environment = z.infer<typeof environmentSchema>;
