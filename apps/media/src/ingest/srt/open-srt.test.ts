import { createSocket } from "node:dgram";
import type { AddressInfo } from "node:net";
import { silentLog } from "@sameroom/base";
import { FakeClock } from "@sameroom/base/testing";
import { expect, test } from "vitest";
import { IngestListenError } from "../open-port.ts";
import { RecordingDoor } from "../rtmp/recording-door.fixture.ts";
import { openSrt } from "./open-srt.ts";
import { readSrtConfig, type SrtConfig } from "./srt-config.ts";

const open = (config: Partial<SrtConfig>, warn = (_: string) => {}) => {
  const clock = new FakeClock();
  return openSrt({
    ...{ door: new RecordingDoor(), clock, timers: clock, bind: ["127.0.0.1"] },
    log: { ...silentLog, warn },
    config: { port: 0, isDefaultPort: false, passphrase: undefined, latencyMs: 120, ...config },
  });
};

test("a taken port that nobody asked for is a warning, one that was asked for an error", async () => {
  const other = createSocket("udp4");
  await new Promise<void>((resolve) => other.bind(0, "127.0.0.1", resolve));
  const { port } = other.address() as AddressInfo;
  const warnings: string[] = [];
  const without = await open({ port, isDefaultPort: true }, (text) => warnings.push(text));
  expect([without.ingest, without.address]).toEqual([undefined, null]);
  expect(warnings).toEqual([expect.stringContaining("SAMEROOM_SRT_PORT")]);
  await expect(open({ port })).rejects.toThrow(IngestListenError);
  await new Promise<void>((resolve) => other.close(() => resolve()));
  const now = await open({ port });
  expect(now.address).toBe(`:${port}`);
  await now.ingest?.close();
});

test("it can be off", async () => {
  expect(await open({ port: undefined })).toEqual({ ingest: undefined, address: null });
});

test("what the environment says", () => {
  const rest = { SAMEROOM_SRT_LATENCY_MS: 120 };
  expect(readSrtConfig(rest)).toMatchObject({ port: 9000, isDefaultPort: true, latencyMs: 120 });
  expect(readSrtConfig({ ...rest, SAMEROOM_SRT_PORT: "off" })).toMatchObject({ port: undefined });
  expect(readSrtConfig({ ...rest, SAMEROOM_SRT_PORT: 9000 })).toMatchObject({
    ...{ port: 9000, isDefaultPort: false },
  });
});
