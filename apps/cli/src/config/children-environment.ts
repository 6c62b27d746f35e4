import { formatAnnouncedHost } from "@sameroom/contract";
import type { SecretFiles } from "../data/secrets.ts";
import { type Config, hostPort, ownAddress } from "./config.ts";
import { environmentSchema } from "./environment.ts";

/** Variables children get besides ours: what a Node process and its libraries need to run as the operator meant. */
const passedOn =
  /^(?:PATH|HOME|USER|TMPDIR|LANG|LC_.*|TZ|NODE_OPTIONS|NODE_EXTRA_CA_CERTS|SSL_CERT_.*|UV_.*|MALLOC_.*|LD_.*|ASAN_OPTIONS|LSAN_OPTIONS)$/;

/** The environment of control and media: everything said, nothing left to a default that could differ. */
export function childrenEnvironment(
  config: Config,
  secrets: SecretFiles,
  inherited: Readonly<Record<string, string | undefined>>,
): Record<string, string> {
  const environment: Record<string, string> = {};
  for (const [name, value] of Object.entries(inherited)) {
    if (value !== undefined && value !== "" && (passedOn.test(name) || name in environmentSchema.shape)) {
      environment[name] = value;
    }
  }
  const link = `${config.isHttps ? "wss" : "ws"}://${hostPort(ownAddress(config.bind), config.httpPort)}/internal/link`;
  return {
    SAMEROOM_MEDIA_PUBLIC_URL: `:${config.mediaHttpPort}`,
    SAMEROOM_CONTROL_LINK_URL: link,
    ...environment,
    SAMEROOM_DATA_DIR: config.dataDir,
    SAMEROOM_HTTP_PORT: String(config.httpPort),
    SAMEROOM_MEDIA_HTTP_PORT: String(config.mediaHttpPort),
    SAMEROOM_MEDIA_UDP_PORT: String(config.mediaUdpPort),
    SAMEROOM_BIND: config.bind.join(","),
    SAMEROOM_ANNOUNCE: config.announce.map(formatAnnouncedHost).join(","),
    SAMEROOM_NODE_SECRET_FILE: secrets.nodeSecretFile,
    SAMEROOM_TOKEN_KEY_FILE: secrets.tokenKeyFile,
    SAMEROOM_TOKEN_JWKS_FILE: secrets.tokenJwksFile,
    SAMEROOM_CREDENTIAL_KEY_FILE: secrets.credentialKeyFile,
    SAMEROOM_WORKER: config.environment.SAMEROOM_WORKER,
    SAMEROOM_WEB_DIR: config.webDir,
    SAMEROOM_LOG_FORMAT: "json",
  };
}
