import { accessSync, constants, existsSync, readdirSync } from "node:fs";
import { delimiter, join } from "node:path";

/**
 * @typedef {object} Tool
 * @property {string} name
 * @property {string} why
 * @property {readonly string[]} packages Debian packages that bring it
 * @property {(env: NodeJS.ProcessEnv) => string | undefined} find path, or undefined where it is missing
 */

/** What the tests run against besides npm packages; nothing is replaced by an imitation. */
export const tools = /** @type {readonly Tool[]} */ ([
  {
    name: "Chromium",
    why: "browsers in the end-to-end tests",
    packages: ["chromium"],
    find: (env) =>
      env.SAMEROOM_CHROMIUM
        ? executable(env.SAMEROOM_CHROMIUM)
        : onPath(env, ["chromium", "chromium-browser", "google-chrome"]),
  },
  {
    name: "PostgreSQL server",
    why: "control's tests run on it as well as on the embedded database",
    packages: ["postgresql"],
    find: (env) => postgres(env),
  },
  {
    name: "Redis server",
    why: "several control processes on one database",
    packages: ["redis-server"],
    find: (env) => onPath(env, ["redis-server"]),
  },
  {
    name: "Firefox",
    why: "the other browser in the end-to-end tests",
    packages: ["firefox-esr"],
    find: (env) =>
      env.SAMEROOM_FIREFOX ? executable(env.SAMEROOM_FIREFOX) : onPath(env, ["firefox-esr", "firefox"]),
  },
  {
    name: "coturn",
    why: "viewers who have no other way than a TURN server",
    packages: ["coturn"],
    find: (env) => onPath(env, ["turnserver"]),
  },
  {
    name: "ip and tc (iproute2)",
    why: "networks with loss and cuts",
    packages: ["iproute2"],
    find: (env) => onPath(env, ["ip"]) && onPath(env, ["tc"]),
  },
  {
    name: "srt-live-transmit",
    why: "SRT encoders that are not FFmpeg",
    packages: ["srt-tools"],
    find: (env) => onPath(env, ["srt-live-transmit"]),
  },
  {
    name: "openssl",
    why: "DTLS clients with certificates of every kind",
    packages: ["openssl"],
    find: (env) => onPath(env, ["openssl"]),
  },
  {
    name: "nft (nftables)",
    why: "networks that let no UDP through",
    packages: ["nftables"],
    find: (env) => onPath(env, ["nft"]),
  },
]);

/**
 * The tools that are missing.
 * @param {NodeJS.ProcessEnv} env
 */
export function missingTools(env) {
  return tools.filter((tool) => tool.find(env) === undefined);
}

/**
 * @param {NodeJS.ProcessEnv} env
 * @param {readonly string[]} names
 */
function onPath(env, names) {
  const folders = [...(env.PATH ?? "").split(delimiter), "/usr/sbin", "/sbin"];
  return names
    .flatMap((name) => folders.map((folder) => join(folder, name)))
    .find((path) => executable(path) !== undefined);
}

/** @param {NodeJS.ProcessEnv} env */
function postgres(env) {
  const debian = "/usr/lib/postgresql";
  const versions = existsSync(debian) ? readdirSync(debian).sort((a, b) => Number(b) - Number(a)) : [];
  const installed = versions
    .map((version) => `${debian}/${version}/bin/initdb`)
    .find((path) => executable(path) !== undefined);
  return installed ?? onPath(env, ["initdb"]);
}

/** @param {string} path */
function executable(path) {
  try {
    accessSync(path, constants.X_OK);
    return path;
  } catch {
    return undefined;
  }
}
