import { z } from "zod";

/** One entry of `RTCConfiguration.iceServers`. */
export const iceServerSchema = z.object({
  urls: z.array(z.string()),
  username: z.string().optional(),
  credential: z.string().optional(),
});
export type IceServer = z.infer<typeof iceServerSchema>;

const ICE_URL = /^(?:stuns?:[^\s?,]+|turns?:[^\s?,]+(?:\?transport=(?:udp|tcp))?)$/;

/** Environment variables of STUN and TURN, read alike by control and media: one place says which servers clients use. */
export const iceServerEnvironment = {
  SAMEROOM_ICE_SERVERS: z
    .string()
    .transform((list) => [
      ...new Set(
        list
          .split(",")
          .map((one) => one.trim())
          .filter(Boolean),
      ),
    ])
    .refine((urls) => urls.length <= 16 && urls.every((url) => ICE_URL.test(url)), {
      message:
        "use stun:HOST[:PORT], turn:HOST[:PORT][?transport=udp|tcp] or turns:HOST[:PORT], comma separated",
    })
    .optional()
    .describe(
      "STUN and TURN servers for clients behind hard firewalls, comma separated: `turn:turn.example.org:3478`, `turns:turn.example.org:443?transport=tcp`.",
    ),
  SAMEROOM_TURN_SECRET_FILE: z
    .string()
    .optional()
    .describe(
      "File with the secret shared with the TURN server (coturn's `static-auth-secret`): every client gets credentials of its own that expire.",
    ),
  SAMEROOM_TURN_USERNAME: z
    .string()
    .regex(/^[^\s:]{1,200}$/, "no spaces and no colon")
    .optional()
    .describe("Fixed TURN user name, for servers without a shared secret."),
  SAMEROOM_TURN_PASSWORD_FILE: z.string().optional().describe("File with the password of that user."),
};

/** How clients prove themselves to the TURN servers. */
export type TurnCredential =
  | { kind: "none" }
  | { kind: "static"; username: string; password: string }
  /** coturn's REST scheme (draft-uberti-behave-turn-rest-00). */
  | { kind: "time-limited"; secret: string };

/** The servers, and how to log in. */
export interface IceServerPlan {
  urls: readonly string[];
  credential: TurnCredential;
}

interface IceServerVariables {
  SAMEROOM_ICE_SERVERS?: string[] | undefined;
  SAMEROOM_TURN_SECRET_FILE?: string | undefined;
  SAMEROOM_TURN_USERNAME?: string | undefined;
  SAMEROOM_TURN_PASSWORD_FILE?: string | undefined;
}

/** The plan of checked variables. Faults, one line each, are added to `faults`; `readSecret` throws when it cannot. */
export function planIceServers(
  variables: IceServerVariables,
  readSecret: (file: string) => string,
  faults: string[],
): IceServerPlan {
  const urls = variables.SAMEROOM_ICE_SERVERS ?? [];
  const read = (name: "SAMEROOM_TURN_SECRET_FILE" | "SAMEROOM_TURN_PASSWORD_FILE") => {
    const file = variables[name];
    if (file === undefined) return undefined;
    try {
      const text = readSecret(file).trim();
      if (text === "") faults.push(`${name}: the file is empty`);
      return text;
    } catch (error) {
      faults.push(`${name}: ${(error as Error).message}`);
      return undefined;
    }
  };
  const secret = read("SAMEROOM_TURN_SECRET_FILE");
  const password = read("SAMEROOM_TURN_PASSWORD_FILE");
  const username = variables.SAMEROOM_TURN_USERNAME;
  if (secret !== undefined) return { urls, credential: { kind: "time-limited", secret } };
  if (username !== undefined && password !== undefined) {
    return { urls, credential: { kind: "static", username, password } };
  }
  const named = username !== undefined || variables.SAMEROOM_TURN_PASSWORD_FILE !== undefined;
  if (named || (faults.length === 0 && urls.some(isTurn))) {
    faults.push(
      "SAMEROOM_ICE_SERVERS: a TURN server needs SAMEROOM_TURN_SECRET_FILE, or SAMEROOM_TURN_USERNAME and SAMEROOM_TURN_PASSWORD_FILE",
    );
  }
  return { urls, credential: { kind: "none" } };
}

/** Long enough for the longest show: TURN servers check credentials again with every refresh of an allocation. */
export const TURN_CREDENTIAL_TTL_S = 12 * 3600;

export interface IceServerBearer {
  /** Whom the credentials are for; appears in the TURN server's log. */
  participant: string;
  nowUnixS: number;
  /** Base64 of HMAC-SHA1 (RFC 2104) of `text` under `key`. */
  hmacSha1: (key: string, text: string) => string;
}

/** What a client puts into `RTCConfiguration.iceServers`. TURN credentials last {@link TURN_CREDENTIAL_TTL_S}. */
export function iceServersFor(plan: IceServerPlan, bearer: IceServerBearer): IceServer[] {
  const stun = plan.urls.filter((url) => !isTurn(url));
  const turn = plan.urls.filter(isTurn);
  const servers: IceServer[] = [];
  if (stun.length > 0) servers.push({ urls: stun });
  if (turn.length > 0) servers.push({ urls: turn, ...logIn(plan.credential, bearer) });
  return servers;
}

/** `Link` header values of WHIP and WHEP answers (RFC 9725 section 4.6). */
export function iceServerLinks(servers: readonly IceServer[]): string[] {
  return servers.flatMap(({ urls, username, credential }) =>
    urls.map((url) =>
      username === undefined || credential === undefined
        ? `<${url}>; rel="ice-server"`
        : `<${url}>; rel="ice-server"; username="${quoted(username)}"; credential="${quoted(credential)}"; credential-type="password"`,
    ),
  );
}

function logIn(
  credential: TurnCredential,
  bearer: IceServerBearer,
): Pick<IceServer, "username" | "credential"> {
  if (credential.kind === "none") return {};
  if (credential.kind === "static") {
    return { username: credential.username, credential: credential.password };
  }
  const username = `${Math.floor(bearer.nowUnixS) + TURN_CREDENTIAL_TTL_S}:${bearer.participant}`;
  return { username, credential: bearer.hmacSha1(credential.secret, username) };
}

function isTurn(url: string): boolean {
  return url.startsWith("turn");
}

function quoted(text: string): string {
  return text.replace(/["\\]/g, "\\$&");
}
