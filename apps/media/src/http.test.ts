import { SeededRandom } from "@sameroom/base/testing";
import { ERRORS, MEDIA_PATHS, problemSchema, slotsResponseSchema } from "@sameroom/contract";
import { generateKeyPair } from "jose";
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from "vitest";
import { createPeer } from "./testing/test-peer.fixture.ts";
import { TestStage } from "./testing/test-room.fixture.ts";
import { NODE_SECRET } from "./testing/test-worker.fixture.ts";

const SDP = "application/sdp";
const FRAGMENT = "application/trickle-ice-sdpfrag";
const RESTART = "a=ice-ufrag:abcd\r\na=ice-pwd:abcdefghijklmnopqrstuvwx\r\n";

let stage: TestStage;
let publishOffer: string;
let watchOffer: string;

async function offerOf(direction: "sendonly" | "recvonly"): Promise<string> {
  const peer = createPeer();
  peer.addTransceiver("video", { direction });
  peer.addTransceiver("audio", { direction });
  await peer.setLocalDescription(await peer.createOffer());
  const { sdp } = peer.localDescription!;
  await peer.close();
  return sdp;
}

beforeAll(async () => {
  stage = await TestStage.open();
  publishOffer = await offerOf("sendonly");
  watchOffer = await offerOf("recvonly");
});
beforeEach(() => stage.newRoom());
afterEach(() => stage.clear());
afterAll(() => stage.close());

interface Call {
  method?: string;
  token?: string | undefined;
  type?: string;
  body?: string;
  headers?: Record<string, string>;
}

function call(path: string, { method = "POST", token, type, body, headers = {} }: Call): Promise<Response> {
  return fetch(new URL(path, stage.worker.url), {
    method,
    headers: {
      ...(token === undefined ? {} : { authorization: `Bearer ${token}` }),
      ...(type === undefined ? {} : { "content-type": type }),
      ...headers,
    },
    ...(body === undefined ? {} : { body }),
  });
}

async function expectProblem(response: Response, code: keyof typeof ERRORS): Promise<void> {
  expect(response.headers.get("content-type")).toMatch(/^application\/problem\+json/);
  const problem = problemSchema.parse(await response.json());
  expect(problem.code).toBe(code);
  expect(response.status).toBe(ERRORS[code].status);
  expect(problem.status).toBe(response.status);
}

async function open(kind: "whip" | "whep", participant = "user:host") {
  const token = kind === "whip" ? await stage.hostToken(participant) : await stage.viewerToken(participant);
  const body = kind === "whip" ? publishOffer : watchOffer;
  const response = await call(`/${kind}/${stage.room}`, { token, type: SDP, body });
  return { token, response, location: response.headers.get("location")! };
}

describe("POST of an offer", () => {
  it.each(["whip", "whep"] as const)(
    "%s answers 201 with an answer, a location and an ETag",
    async (kind) => {
      const { response, location } = await open(kind);
      expect(response.status).toBe(201);
      expect(response.headers.get("content-type")).toMatch(/^application\/sdp/);
      expect(location).toMatch(/^\/sessions\/[\w-]{24,}$/);
      expect(response.headers.get("etag")).toMatch(/^"[\w-]+"$/);
      expect(response.headers.get("accept-patch")).toBe(FRAGMENT);
      const answer = await response.text();
      expect(answer).toContain("a=ice-lite");
      expect(answer).toContain("a=setup:passive");
      expect(answer).toContain(` 127.0.0.1 ${stage.worker.udpPort} typ host`);
    },
  );

  it("puts H.264 before VP8 whatever the order offered", async () => {
    const { response } = await open("whip");
    const answer = await response.text();
    const names = [...answer.matchAll(/a=rtpmap:\d+ (h264|vp8)\//gi)].map(([, name]) => name!.toLowerCase());
    expect(names).toEqual(["h264", "vp8"]);
  });

  it("refuses other content types and empty offers", async () => {
    const token = await stage.hostToken();
    const path = MEDIA_PATHS.whip(stage.room);
    for (const type of ["application/json", "text/plain", "application/x-www-form-urlencoded"]) {
      const response = await call(path, { token, type, body: "{}" });
      await expectProblem(response, "request.unsupported_media_type");
    }
    await expectProblem(await call(path, { token, type: SDP, body: "" }), "media.bad_offer");
    await expectProblem(await call(path, { token, type: SDP, body: "v=0\r\nhello" }), "media.bad_offer");
    const large = `${publishOffer}${"a=x-note:no\r\n".repeat(6000)}`;
    await expectProblem(await call(path, { token, type: SDP, body: large }), "request.too_large");
  });

  it("refuses an offer without a codec it forwards, and one that goes the wrong way", async () => {
    const token = await stage.hostToken();
    const strange = publishOffer
      .replace(/(h264|vp8)\/90000/gi, "THEORA/90000")
      .replace(/opus\/48000/gi, "SPEEX/48000");
    const path = MEDIA_PATHS.whip(stage.room);
    await expectProblem(await call(path, { token, type: SDP, body: strange }), "media.no_common_codec");
    await expectProblem(await call(path, { token, type: SDP, body: watchOffer }), "media.bad_offer");
  });

  it("names the methods an address takes", async () => {
    const { location } = await open("whep");
    for (const [path, method, allow] of [
      [MEDIA_PATHS.whip(stage.room), "GET", "POST"],
      [MEDIA_PATHS.whep(stage.room), "DELETE", "POST"],
      [location, "GET", "PATCH"],
      [location, "POST", "DELETE"],
    ] as const) {
      const response = await call(path, { method });
      expect(response.headers.get("allow")).toContain(allow);
      await expectProblem(response, "request.method_not_allowed");
    }
    await expectProblem(await call("/nothing-here", { method: "GET" }), "request.not_found");
  });

  it("knows nothing of shows while LL-HLS is off", async () => {
    await expectProblem(await call("/live/studio/index.m3u8", { method: "GET" }), "request.not_found");
  });

  it("leaves nothing behind of an offer that the wire refuses", async () => {
    const mid = "m".repeat(60);
    const strange = watchOffer.replace(/a=mid:0/, `a=mid:${mid}`).replace(/BUNDLE 0/, `BUNDLE ${mid}`);
    const before = stage.worker.app.node.counts;
    const token = await stage.viewerToken();
    const response = await call(MEDIA_PATHS.whep(stage.room), { token, type: SDP, body: strange });
    await expectProblem(response, "media.bad_offer");
    expect(stage.worker.app.node.counts).toEqual(before);
  });

  it("limits the connections of one participant in a room", async () => {
    for (let session = 0; session < 20; session++) {
      expect((await open("whep", "guest:greedy")).response.status).toBe(201);
    }
    await expectProblem((await open("whep", "guest:greedy")).response, "request.rate_limited");
    expect((await open("whep", "guest:modest")).response.status).toBe(201);
  });
});

describe("who may do what", () => {
  const refused = async (claims: Parameters<typeof stage.worker.token>[0], kind: "whip" | "whep") =>
    call(`/${kind}/${stage.room}`, {
      token: await stage.worker.token(claims),
      type: SDP,
      body: kind === "whip" ? publishOffer : watchOffer,
    });

  it("asks for a token", async () => {
    const response = await call(MEDIA_PATHS.whip(stage.room), { type: SDP, body: publishOffer });
    expect(response.headers.get("www-authenticate")).toMatch(/^Bearer/);
    await expectProblem(response, "token.missing");
    await expectProblem(
      await call(MEDIA_PATHS.whep(stage.room), { type: SDP, body: watchOffer }),
      "token.missing",
    );
  });

  it("lets no viewer publish, whatever the token says of grants", async () => {
    const { room } = stage;
    await expectProblem(await refused({ room, role: "viewer" }, "whip"), "token.no_grant");
    await expectProblem(await refused({ room, role: "moderator" }, "whip"), "token.no_grant");
    const greedy = { publish: true, subscribe: true, moderate: false };
    await expectProblem(await refused({ room, role: "viewer", grants: greedy }, "whip"), "token.invalid");
    const deaf = { publish: true, subscribe: false, moderate: false };
    await expectProblem(await refused({ room, role: "host", grants: deaf }, "whep"), "token.no_grant");
  });

  it("refuses tokens that are forged, expired, for another room, of another kind or too long-lived", async () => {
    const { room } = stage;
    const host = { room, role: "host" } as const;
    const { privateKey } = await generateKeyPair("EdDSA", { crv: "Ed25519" });
    await expectProblem(await refused({ ...host, key: privateKey }, "whip"), "token.invalid");
    await expectProblem(await refused({ ...host, kid: "other" }, "whip"), "token.invalid");
    await expectProblem(await refused({ ...host, typ: "JWT" }, "whip"), "token.invalid");
    await expectProblem(await refused({ ...host, issuer: "somebody" }, "whip"), "token.invalid");
    await expectProblem(
      await refused({ ...host, issuedAgoS: 400, expiresInS: -100 }, "whip"),
      "token.expired",
    );
    await expectProblem(await refused({ ...host, expiresInS: 7 * 3600 }, "whip"), "token.invalid");
    await expectProblem(await refused({ ...host, room: "another-room" }, "whip"), "token.wrong_room");
    await expectProblem(await refused({ ...host, room: "another-room" }, "whep"), "token.wrong_room");
    const [, payload] = (await stage.hostToken()).split(".");
    const none = Buffer.from(JSON.stringify({ alg: "none", typ: "sameroom-room+jwt" })).toString("base64url");
    const unsigned = `${none}.${payload}.x`;
    const response = await call(MEDIA_PATHS.whip(room), { token: unsigned, type: SDP, body: publishOffer });
    await expectProblem(response, "token.invalid");
  });

  it("lets only the session's own participant change it, also after the token has expired", async () => {
    const { token, location } = await open("whep", "guest:ann");
    const other = await stage.viewerToken("guest:bob");
    for (const method of ["PATCH", "DELETE"]) {
      await expectProblem(await call(location, { method }), "token.missing");
      await expectProblem(await call(location, { method, token: other }), "auth.forbidden");
    }
    const slots = `${location}/slots`;
    const paused = { method: "PUT", type: "application/json", body: '{"paused":true}' };
    await expectProblem(await call(slots, { ...paused, token: other }), "auth.forbidden");
    expect((await call(slots, { ...paused, token })).status).toBe(200);
    const fresh = await stage.viewerToken("guest:ann");
    expect((await call(location, { method: "DELETE", token: fresh })).status).toBe(200);
    await expectProblem(await call(location, { method: "DELETE", token }), "media.session_not_found");
  });
});

describe("the session resource", () => {
  it("asks for If-Match, and for the current one unless ICE is restarted", async () => {
    const { token, response, location } = await open("whep");
    const etag = response.headers.get("etag")!;
    const patch = (headers: Record<string, string>, body = "a=end-of-candidates\r\n") =>
      call(location, { method: "PATCH", token, type: FRAGMENT, body, headers });
    await expectProblem(await patch({}), "media.etag_required");
    await expectProblem(await patch({ "if-match": '"old"' }), "media.etag_mismatch");
    const trickled = "a=candidate:1 1 udp 2130706431 192.0.2.7 50000 typ host\r\n";
    expect((await patch({ "if-match": etag }, trickled)).status).toBe(204);
    for (const any of ["*", '"*"']) {
      const restarted = await patch({ "if-match": any }, RESTART);
      expect(restarted.status).toBe(200);
      expect(restarted.headers.get("etag")).not.toBe(etag);
      expect(await restarted.text()).toMatch(/a=ice-ufrag:\S+\r\na=ice-pwd:\S+/);
    }
    await expectProblem(await patch({ "if-match": etag }, trickled), "media.etag_mismatch");
    await expectProblem(await patch({ "if-match": "*" }, "what is this"), "media.bad_fragment");
    await expectProblem(await patch({ "if-match": "*" }, trickled), "media.bad_fragment");
    const wrongType = await call(location, { method: "PATCH", token, type: SDP, body: RESTART });
    await expectProblem(wrongType, "request.unsupported_media_type");
  });

  it("shows slots, and refuses nonsense about them", async () => {
    const { token, location } = await open("whep");
    const slots = await call(`${location}/slots`, { method: "GET", token });
    expect(slotsResponseSchema.parse(await slots.json()).slots.map(({ kind }) => kind)).toEqual([
      "video",
      "audio",
    ]);
    for (const body of ["", "{", "[]", '{"paused":"yes"}', "null"]) {
      const response = await call(`${location}/slots`, {
        method: "PUT",
        token,
        type: "application/json",
        body,
      });
      await expectProblem(response, "request.invalid");
    }
    const publisher = await open("whip");
    const none = await call(`${publisher.location}/slots`, { method: "GET", token: publisher.token });
    await expectProblem(none, "media.session_not_found");
    await expectProblem(
      await call("/sessions/guess", { method: "DELETE", token }),
      "media.session_not_found",
    );
  });
});

describe("the node's own addresses", () => {
  it("answers preflights of any origin and exposes what players read", async () => {
    const preflight = await call(MEDIA_PATHS.whep(stage.room), {
      method: "OPTIONS",
      headers: {
        origin: "https://player.example",
        "access-control-request-method": "POST",
        "access-control-request-headers": "authorization,content-type",
      },
    });
    expect(preflight.status).toBe(204);
    expect(preflight.headers.get("access-control-allow-headers")).toContain("authorization");
    expect(preflight.headers.get("access-control-allow-methods")).toContain("PATCH");
    const response = await call(MEDIA_PATHS.whep(stage.room), {
      type: SDP,
      token: await stage.viewerToken(),
      body: watchOffer,
      headers: { origin: "https://player.example" },
    });
    expect(["*", "https://player.example"]).toContain(response.headers.get("access-control-allow-origin"));
    expect(response.headers.get("access-control-allow-credentials")).toBeNull();
    for (const name of ["location", "etag", "link", "retry-after", "accept-patch"]) {
      expect(response.headers.get("access-control-expose-headers")!.toLowerCase()).toContain(name);
    }
    const plain = await call(MEDIA_PATHS.whip(stage.room), { method: "OPTIONS" });
    expect(plain.headers.get("accept-post")).toBe(SDP);
  });

  it("tells its clock and its health to anybody, its metrics only to who knows the node secret", async () => {
    const clock = (await (await call("/clock", { method: "GET" })).json()) as { unixMs: number };
    expect(Math.abs(clock.unixMs - Date.now())).toBeLessThan(60_000);
    expect((await call("/health", { method: "GET" })).status).toBe(200);
    await expectProblem(await call("/metrics", { method: "GET" }), "token.missing");
    await expectProblem(await call("/metrics", { method: "GET", token: "guess" }), "token.missing");
    const metrics = await (await call("/metrics", { method: "GET", token: NODE_SECRET })).text();
    expect(metrics).toContain('sameroom_media_sessions{kind="viewer"}');
    expect(metrics).toContain('sameroom_media_wire{counter="sentPackets"}');
  });
});

describe("hostile requests", () => {
  it("survives mangled offers, and answers each with a problem or an answer", async () => {
    const random = new SeededRandom(7);
    const token = await stage.hostToken();
    const lines = publishOffer.split("\r\n");
    for (let round = 0; round < 250; round++) {
      const mangled = [...lines];
      for (let edit = random.integer(1, 6); edit > 0; edit--) {
        const at = random.integer(0, mangled.length - 1);
        const line = mangled[at] ?? "";
        const cut = random.integer(0, line.length);
        mangled[at] = random.pick([
          "",
          line.slice(0, cut),
          `${line}${line}`,
          line.replace(/\d+/g, () => String(random.pick([0, -1, 65_536, 4_294_967_296, 1e21]))),
          `${line.slice(0, cut)}\u0000${line.slice(cut)}`,
          random.pick(lines),
        ]);
      }
      const response = await call(MEDIA_PATHS.whip(stage.room), {
        token,
        type: SDP,
        body: mangled.join("\r\n"),
      });
      expect([201, 400, 406]).toContain(response.status);
      if (response.status !== 201) problemSchema.parse(await response.json());
    }
    expect((await open("whip")).response.status).toBe(201);
  });

  it("survives strange paths, headers and bodies", async () => {
    const random = new SeededRandom(8);
    const token = await stage.viewerToken();
    const { location } = await open("whep");
    const paths = [
      "/whip/%ZZ",
      "/whep/..%2f..",
      `/whip/${"x".repeat(500)}`,
      "/whip/UPPER",
      "/whep/a b",
      `${location}/slots/x`,
    ];
    for (const path of paths) {
      const response = await call(path, { token, type: SDP, body: watchOffer });
      expect(response.status).toBeGreaterThanOrEqual(400);
      expect(response.status).toBeLessThan(500);
      problemSchema.parse(await response.json());
    }
    // Refused while they are read; the connection may be gone before the answer is.
    const huge = await call("/health", { method: "GET", headers: { "x-huge": "x".repeat(100_000) } }).then(
      ({ status }) => status,
      () => "reset",
    );
    expect([431, "reset"]).toContain(huge);
    for (let round = 0; round < 100; round++) {
      const body = Buffer.from(random.bytes(random.integer(1, 600))).toString("latin1");
      const method = random.pick(["PATCH", "PUT", "POST", "DELETE"]);
      const response = await call(random.pick([location, `${location}/slots`]), {
        method,
        token: random.pick([token, "a.b.c", body.replace(/[^\w]/g, "x"), undefined]),
        type: random.pick([SDP, FRAGMENT, "application/json", "x/y", "text/plain"]),
        body,
      });
      expect(response.status).toBeGreaterThanOrEqual(400);
      expect(response.status).toBeLessThan(504);
    }
    expect((await call("/health", { method: "GET" })).status).toBe(200);
  });
});
