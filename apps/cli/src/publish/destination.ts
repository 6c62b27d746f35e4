import { readFile } from "node:fs/promises";
import { join } from "node:path";
import {
  ROLE_GRANTS,
  ROOM_TOKEN_ALGORITHM,
  ROOM_TOKEN_ISSUER,
  ROOM_TOKEN_MAX_TTL_S,
  ROOM_TOKEN_TYPE,
  roomSlugSchema,
} from "@sameroom/contract";
import { importJWK, type JWK, SignJWT } from "jose";
import { type Config, hostPort, ownAddress } from "../config/config.ts";

export interface DestinationOptions {
  room?: string | undefined;
  /** `rtmp://HOST[:PORT]/live`, or the room's WHIP endpoint `https://HOST/whip/ROOM`; undefined: the server of this machine. */
  to?: string | undefined;
  /** Undefined: this machine's own server lets its operator in. */
  key?: string | undefined;
}

/** Where a file is published. */
export interface Destination {
  /** RTMP: with its credential, never to be printed. */
  url: string;
  /** WHIP: the credential. */
  bearer?: string | undefined;
  /** For people. */
  shown: string;
}

/** What is wrong with the command, said so that it can be put right. */
export class PublishMistake extends Error {
  override readonly name = "PublishMistake";
}

/** Where to publish, by what the operator said. Throws `PublishMistake`. */
export async function chooseDestination(config: Config, options: DestinationOptions): Promise<Destination> {
  const { room, to, key } = options;
  if (room === undefined && key === undefined)
    throw new PublishMistake("say which room: --room ROOM, or --key KEY of a stream key");
  if (room !== undefined && !roomSlugSchema.safeParse(room).success)
    throw new PublishMistake(`${room} is no address of a room`);
  if (to !== undefined && !/^(?:rtmp|http)s?:\/\/[^\s/?#@]+\/[^\s?#]+$/i.test(to))
    throw new PublishMistake(
      `${to} is no address of a server: use rtmp://HOST[:PORT]/live or https://HOST/whip/ROOM`,
    );
  if (to !== undefined && key === undefined)
    throw new PublishMistake("another server needs a stream key: --key KEY");
  if (to !== undefined && /^http/i.test(to)) return { url: to, bearer: key, shown: to };
  const server = (to ?? ownServer(config)).replace(/\/+$/, "");
  const credential = key ?? (await operatorToken(config, room!));
  const name = room === undefined ? credential : `${room}?key=${credential}`;
  return { url: `${server}/${name}`, shown: room === undefined ? server : `${server}/${room}` };
}

function ownServer(config: Config): string {
  if (config.rtmpPort === undefined)
    throw new PublishMistake("this server takes no RTMP: set SAMEROOM_RTMP_PORT, or name another with --to");
  return `rtmp://${hostPort(ownAddress(config.bind), config.rtmpPort.port)}/live`;
}

/** Who may read the key that signs tokens may publish anywhere on this server. */
async function operatorToken(config: Config, room: string): Promise<string> {
  const file =
    config.environment.SAMEROOM_TOKEN_KEY_FILE ?? join(config.dataDir, "secrets", "token-key.json");
  const jwk = await readKey(file);
  const nowS = Math.floor(Date.now() / 1000);
  return new SignJWT({ room, role: "host", grants: ROLE_GRANTS.host, name: "Playback" })
    .setProtectedHeader({ alg: ROOM_TOKEN_ALGORITHM, typ: ROOM_TOKEN_TYPE, kid: String(jwk.kid) })
    .setIssuer(ROOM_TOKEN_ISSUER)
    .setSubject("key:publish")
    .setJti(crypto.randomUUID())
    .setIssuedAt(nowS)
    .setExpirationTime(nowS + ROOM_TOKEN_MAX_TTL_S)
    .sign(await importJWK(jwk, ROOM_TOKEN_ALGORITHM));
}

async function readKey(file: string): Promise<JWK> {
  try {
    return JSON.parse(await readFile(file, "utf8")) as JWK;
  } catch {
    throw new PublishMistake(
      `${file} cannot be read: run this where the server's data is (SAMEROOM_DATA_DIR), or give a stream key with --key`,
    );
  }
}
