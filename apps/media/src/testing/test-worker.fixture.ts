import { mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { silentLog } from "@sameroom/base";
import {
  PLAYBACK_TOKEN_TYPE,
  ROLE_GRANTS,
  ROOM_TOKEN_ALGORITHM,
  ROOM_TOKEN_ISSUER,
  ROOM_TOKEN_TYPE,
  type RoomRole,
} from "@sameroom/contract";
import { type CryptoKey, exportJWK, generateKeyPair, SignJWT } from "jose";
import { type MediaApp, startMedia } from "../compose.ts";
import { readConfig } from "../config.ts";

export const NODE_SECRET = "a-node-secret-for-tests-only";

export interface TokenClaims {
  room: string;
  participant?: string;
  name?: string;
  role?: RoomRole;
  grants?: Record<string, boolean>;
  /** Seconds from now; default 300. */
  expiresInS?: number;
  issuedAgoS?: number;
  /** Instead of the server's key. */
  key?: CryptoKey;
  typ?: string;
  issuer?: string;
  kid?: string;
}

/** A real media worker on ephemeral ports of the loopback interface, and the key that signs its tokens. */
export interface TestWorker {
  app: MediaApp;
  url: string;
  udpPort: number;
  token(claims: TokenClaims): Promise<string>;
  /** A token that may play one room's show. */
  playbackToken(claims: { room: string; expiresInS?: number }): Promise<string>;
  close(): Promise<void>;
}

export interface TestWorkerOptions {
  controlLinkUrl?: string;
  environment?: Record<string, string>;
}

export async function startTestWorker(options: TestWorkerOptions = {}): Promise<TestWorker> {
  const directory = await mkdtemp(join(tmpdir(), "sameroom-media-"));
  const { publicKey, privateKey } = await generateKeyPair(ROOM_TOKEN_ALGORITHM, { crv: "Ed25519" });
  const kid = "test-key";
  const jwks = { keys: [{ ...(await exportJWK(publicKey)), kid, alg: ROOM_TOKEN_ALGORITHM, use: "sig" }] };
  const jwksFile = join(directory, "jwks.json");
  const secretFile = join(directory, "node-secret");
  await writeFile(jwksFile, JSON.stringify(jwks));
  await writeFile(secretFile, NODE_SECRET);
  const config = readConfig({
    SAMEROOM_DATA_DIR: directory,
    SAMEROOM_MEDIA_HTTP_PORT: "0",
    SAMEROOM_MEDIA_UDP_PORT: "0",
    SAMEROOM_BIND: "127.0.0.1",
    SAMEROOM_ANNOUNCE: "127.0.0.1",
    SAMEROOM_NODE_SECRET_FILE: secretFile,
    SAMEROOM_TOKEN_JWKS_FILE: jwksFile,
    // Port 9 (discard): nobody answers there, as when control is away.
    SAMEROOM_CONTROL_LINK_URL: options.controlLinkUrl ?? "ws://127.0.0.1:9/internal/link",
    SAMEROOM_LOG_LEVEL: "silent",
    // Packaging asks for keyframes and layers of its own; tests about it switch it on.
    SAMEROOM_HLS: "off",
    SAMEROOM_RTMP_PORT: "off",
    SAMEROOM_SRT_PORT: "off",
    ...options.environment,
  });
  const app = await startMedia(config, silentLog);
  return {
    app,
    url: `${config.https === undefined ? "http" : "https"}://127.0.0.1:${app.httpPort}`,
    udpPort: app.node.wire.port,
    token: (claims) => sign(claims, privateKey, kid),
    playbackToken: ({ room, expiresInS = 300 }) => {
      const nowS = Math.floor(Date.now() / 1000);
      return new SignJWT({ room })
        .setProtectedHeader({ alg: ROOM_TOKEN_ALGORITHM, typ: PLAYBACK_TOKEN_TYPE, kid })
        .setIssuer(ROOM_TOKEN_ISSUER)
        .setSubject("guest:someone")
        .setIssuedAt(nowS - 120)
        .setExpirationTime(nowS + expiresInS)
        .sign(privateKey);
    },
    async close() {
      await app.close();
      await rm(directory, { recursive: true, force: true });
    },
  };
}

function sign(claims: TokenClaims, privateKey: CryptoKey, kid: string): Promise<string> {
  const { room, role = "viewer", participant = "guest:someone", name = "Someone" } = claims;
  const nowS = Math.floor(Date.now() / 1000);
  return new SignJWT({ room, role, name, grants: claims.grants ?? ROLE_GRANTS[role] })
    .setProtectedHeader({
      alg: ROOM_TOKEN_ALGORITHM,
      typ: claims.typ ?? ROOM_TOKEN_TYPE,
      kid: claims.kid ?? kid,
    })
    .setIssuer(claims.issuer ?? ROOM_TOKEN_ISSUER)
    .setSubject(participant)
    .setJti(`jti-${Math.random().toString(36).slice(2)}`)
    .setIssuedAt(nowS - (claims.issuedAgoS ?? 0))
    .setExpirationTime(nowS + (claims.expiresInS ?? 300))
    .sign(claims.key ?? privateKey);
}
