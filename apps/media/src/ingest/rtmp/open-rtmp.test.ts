import { once } from "node:events";
import { mkdtemp, rm, writeFile } from "node:fs/promises";
import { type AddressInfo, createServer } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { connect } from "node:tls";
import { type Log, silentLog } from "@sameroom/base";
import { FakeClock, SeededRandom } from "@sameroom/base/testing";
import { TlsCertificate } from "@sameroom/http";
import { generateCertificate } from "@sameroom/native";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { eventually } from "../../testing/eventually.fixture.ts";
import { IngestListenError } from "../open-port.ts";
import { openRtmp } from "./open-rtmp.ts";
import { RecordingDoor } from "./recording-door.fixture.ts";
import type { RtmpConfig } from "./rtmp-config.ts";
import { RtmpSocket } from "./rtmp-socket.fixture.ts";

describe("RTMP ports", () => {
  let clock: FakeClock;
  let door: RecordingDoor;
  let warnings: string[];
  let log: Log;
  let directory: string;
  let certificate: TlsCertificate | undefined;

  beforeEach(async () => {
    clock = new FakeClock();
    door = new RecordingDoor();
    warnings = [];
    log = { ...silentLog, warn: (message) => void warnings.push(message) };
    directory = await mkdtemp(join(tmpdir(), "sameroom-rtmps-"));
  });
  afterEach(async () => {
    certificate?.close();
    certificate = undefined;
    expect(clock.pending).toBe(0);
    await rm(directory, { recursive: true, force: true });
  });

  const open = async (config: Partial<RtmpConfig>) => {
    if (config.tlsPort !== undefined)
      certificate = await TlsCertificate.open({ files: files(), timers: clock, log });
    return openRtmp({
      ...{ door, clock, timers: clock, log, random: new SeededRandom(1), bind: ["127.0.0.1"], certificate },
      config: { port: undefined, isDefaultPort: false, tlsPort: undefined, ...config },
    });
  };

  async function writeCertificate(): Promise<string> {
    const { certPem, keyPem, fingerprint } = generateCertificate();
    await writeFile(join(directory, "cert.pem"), certPem);
    await writeFile(join(directory, "key.pem"), keyPem);
    return fingerprint;
  }
  const files = () => ({ certFile: join(directory, "cert.pem"), keyFile: join(directory, "key.pem") });

  async function connectTls(address: string | null) {
    const socket = connect({ host: "127.0.0.1", port: Number(address!.slice(1)), rejectUnauthorized: false });
    await once(socket, "secureConnect");
    return { socket, fingerprint: socket.getPeerCertificate().fingerprint256.toLowerCase() };
  }

  it("that are off are told so", async () => {
    const rtmp = await open({});
    expect(rtmp.addresses).toEqual({ rtmp: null, rtmps: null });
    await rtmp.close();
  });

  it("that are taken are a warning when nobody asked for them, else an error that names the variable", async () => {
    const taken = createServer().listen(0, "127.0.0.1");
    await once(taken, "listening");
    const { port } = taken.address() as AddressInfo;
    const rtmp = await open({ port, isDefaultPort: true });
    expect(rtmp.addresses.rtmp).toBeNull();
    expect(warnings).toEqual([expect.stringContaining("SAMEROOM_RTMP_PORT")]);
    await rtmp.close();
    const explicit = open({ port });
    await expect(explicit).rejects.toThrow(IngestListenError);
    await expect(explicit).rejects.toMatchObject({
      variable: "SAMEROOM_RTMP_PORT",
      message: expect.stringContaining("EADDRINUSE"),
    });
    await writeCertificate();
    await expect(open({ tlsPort: port })).rejects.toMatchObject({
      variable: "SAMEROOM_RTMPS_PORT",
    });
    taken.close();
  });

  it("with TLS take publishers, and read the certificate again when it changes", async () => {
    const first = await writeCertificate();
    const rtmp = await open({ tlsPort: 0 });
    expect(rtmp.addresses.rtmp).toBeNull();
    const before = await connectTls(rtmp.addresses.rtmps);
    expect(before.fingerprint.replaceAll(":", "")).toContain(plain(first));
    new RtmpSocket(before.socket).publish("right");
    await eventually("it is on air", () => rtmp.ingest.counts.publishing === 1);

    // Half a change: the old pair stays.
    const { certPem, keyPem, fingerprint } = generateCertificate();
    await writeFile(files().certFile, certPem);
    clock.advance(10_000);
    await eventually("it was said", () => warnings.length > 0);
    expect(warnings[0]).toContain("the old one stays");
    await writeFile(files().keyFile, keyPem);
    const second = await eventually("the new one is served", async () => {
      clock.advance(10_000);
      const now = await connectTls(rtmp.addresses.rtmps);
      now.socket.destroy();
      return now.fingerprint === before.fingerprint ? undefined : now;
    });
    expect(second.fingerprint.replaceAll(":", "")).toContain(plain(fingerprint));
    await rtmp.close();
  });

  it("with TLS close who does not speak it", async () => {
    await writeCertificate();
    const rtmp = await open({ tlsPort: 0 });
    const socket = await RtmpSocket.open(Number(rtmp.addresses.rtmps!.slice(1)));
    socket.publish("right");
    await socket.closed();
    await eventually("it is gone", () => rtmp.ingest.counts.waiting === 0);
    expect(door.requests).toEqual([]);
    await rtmp.close();
  });
});

/** Hexadecimal digits alone, of `sha-256 AB:CD`. */
function plain(fingerprint: string): string {
  return fingerprint
    .replace(/^sha-256 /i, "")
    .replaceAll(":", "")
    .toLowerCase();
}
