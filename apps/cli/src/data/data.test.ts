import { spawnSync } from "node:child_process";
import { chmodSync, mkdtempSync, readdirSync, readFileSync, rmSync, statSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { createLocalJWKSet, importJWK, jwtVerify, SignJWT } from "jose";
import { afterEach, beforeEach, expect, test } from "vitest";
import { readConfig } from "../config/config.ts";
import { DataInUseError, lockHolder, takeLock } from "./lock.ts";
import { identifyProcess } from "./process-identity.ts";
import { ensureSecrets } from "./secrets.ts";

let directory = "";
beforeEach(() => {
  directory = mkdtempSync(join(tmpdir(), "sameroom-data-"));
});
afterEach(() => rmSync(directory, { recursive: true, force: true }));

const config = () => readConfig({ SAMEROOM_DATA_DIR: directory });
const lockPath = () => join(directory, "supervisor.lock");

test("secrets are made once, readable by the owner alone", async () => {
  const files = await ensureSecrets(config());
  expect(statSync(join(directory, "secrets")).mode & 0o777).toBe(0o700);
  for (const file of Object.values(files)) expect(statSync(file).mode & 0o777).toBe(0o600);
  const before = Object.values(files).map((file) => readFileSync(file, "utf8"));
  expect(Object.values(await ensureSecrets(config())).map((file) => readFileSync(file, "utf8"))).toEqual(
    before,
  );
});

test("what the private key signs, the public set verifies, and the set holds no private part", async () => {
  const files = await ensureSecrets(config());
  const key = JSON.parse(readFileSync(files.tokenKeyFile, "utf8"));
  const set = JSON.parse(readFileSync(files.tokenJwksFile, "utf8"));
  const token = await new SignJWT({})
    .setProtectedHeader({ alg: "EdDSA", kid: key.kid })
    .sign(await importJWK(key, "EdDSA"));
  await expect(jwtVerify(token, createLocalJWKSet(set))).resolves.toBeDefined();
  expect(set.keys).toHaveLength(1);
  expect(set.keys[0]).not.toHaveProperty("d");
});

test("a lost public half is derived again; a broken private key is told without its content", async () => {
  const files = await ensureSecrets(config());
  const set = readFileSync(files.tokenJwksFile, "utf8");
  rmSync(files.tokenJwksFile);
  await ensureSecrets(config());
  expect(readFileSync(files.tokenJwksFile, "utf8")).toBe(set);
  writeFileSync(files.tokenKeyFile, "top secret");
  await expect(ensureSecrets(config())).rejects.toThrow(/not an Ed25519 JWK/);
  await expect(ensureSecrets(config())).rejects.not.toThrow(/top secret/);
});

test("a directory that others could read is closed", async () => {
  await ensureSecrets(config());
  chmodSync(join(directory, "secrets"), 0o755);
  await ensureSecrets(config());
  expect(statSync(join(directory, "secrets")).mode & 0o777).toBe(0o700);
});

test("a data directory has one owner until it is given back", () => {
  const lock = takeLock(directory);
  expect(lock.tookOver).toBe(false);
  expect(() => takeLock(directory)).toThrow(DataInUseError);
  expect(lockHolder(directory)?.pid).toBe(process.pid);
  lock.release();
  expect(lockHolder(directory)).toBeUndefined();
  takeLock(directory).release();
  expect(readdirSync(directory)).toEqual([]);
});

test("a lock left by a process that is gone is taken over", () => {
  const gone = spawnSync(process.execPath, ["-e", ""]).pid;
  writeFileSync(lockPath(), JSON.stringify({ pid: gone, started: null }));
  const lock = takeLock(directory);
  expect(lock.tookOver).toBe(true);
  lock.release();
});

test("a process that merely has the same id as a former owner does not hold the lock", () => {
  writeFileSync(lockPath(), JSON.stringify({ pid: process.pid, started: "another boot/1" }));
  expect(identifyProcess(process.pid)?.started).toMatch(/^[0-9a-f-]+\/\d+$/);
  expect(lockHolder(directory)).toBeUndefined();
  takeLock(directory).release();
});

test("a torn lock file counts as left behind", () => {
  writeFileSync(lockPath(), '{"pid":');
  const lock = takeLock(directory);
  expect(lock.tookOver).toBe(true);
  lock.release();
});

test("a lock that another process has meanwhile is not given back by us", () => {
  const lock = takeLock(directory);
  writeFileSync(lockPath(), JSON.stringify({ pid: 1, started: null }));
  lock.release();
  expect(readdirSync(directory)).toEqual(["supervisor.lock"]);
});
