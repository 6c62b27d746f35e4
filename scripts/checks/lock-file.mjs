/**
 * @typedef {object} LockEntry
 * @property {string} [version]
 * @property {string} [resolved]
 * @property {string} [integrity]
 * @property {boolean} [hasInstallScript]
 * @property {boolean} [optional]
 * @property {Record<string, string>} [optionalDependencies]
 */

/**
 * Faults of package-lock.json. It must not name a host, so that any registry serves it; it must name the optional
 * packages of every platform, for npm 11 refuses to install from a lock file that leaves some out; and npm must not
 * run install scripts that package.json (`allowScripts`) denies: npm 12 obeys that, npm 10 obeys the marks here.
 * @param {string} lockText
 * @param {string} manifestText root package.json
 */
export function lockFileFaults(lockText, manifestText) {
  const packages = packagesOf(lockText);
  const allowed = allowedScripts(manifestText);
  const mend = "npm run fix mends that";
  /** @type {string[]} */
  const faults = [];
  for (const [path, entry] of Object.entries(packages)) {
    if (/^[a-z+]*:?\/\//i.test(entry.resolved ?? "")) faults.push(`package-lock.json: ${path} names a host`);
    if (entry.hasInstallScript !== true || !path.includes("node_modules/")) continue;
    const name = nameOf(path);
    if (!(name in allowed))
      faults.push(`package-lock.json: ${name} has an install script; decide in package.json, allowScripts`);
    else if (allowed[name] === false)
      faults.push(`package-lock.json: ${path} is marked hasInstallScript although denied; ${mend}`);
  }
  const missing = missingOptionals(packages).map(
    ({ path }) => `package-lock.json: ${path} is missing; ${mend}`,
  );
  return [...faults, ...missing];
}

/**
 * The lock file with the faults mended that can be.
 * @param {string} lockText
 * @param {string} manifestText root package.json
 */
export function mendedLockFile(lockText, manifestText) {
  const lock = JSON.parse(lockText);
  const allowed = allowedScripts(manifestText);
  for (const [path, entry] of Object.entries(packagesOf(lockText))) {
    if (allowed[nameOf(path)] === false) delete lock.packages[path].hasInstallScript;
    if (/^[a-z+]*:?\/\//i.test(entry.resolved ?? "")) delete lock.packages[path].resolved;
  }
  for (const { path, entry } of missingOptionals(packagesOf(lockText))) lock.packages[path] = entry;
  const sorted = Object.entries(lock.packages).sort(([a], [b]) => a.localeCompare(b, "en"));
  return `${JSON.stringify({ ...lock, packages: Object.fromEntries(sorted) }, null, 2)}\n`;
}

/**
 * Optional packages that a package names by an exact version (one for each platform) and the lock file leaves out.
 * @param {Record<string, LockEntry>} packages
 */
function missingOptionals(packages) {
  return Object.entries(packages).flatMap(([parent, { optionalDependencies = {} }]) =>
    Object.entries(optionalDependencies)
      .filter(([name, version]) => /^\d+\.\d+\.\d+/.test(version) && !isLocked(packages, parent, name))
      .map(([name, version]) => ({
        path: `node_modules/${name}`,
        entry: { version, ...platformOf(name), dev: true, optional: true },
      })),
  );
}

/**
 * @param {Record<string, LockEntry>} packages
 * @param {string} parent
 * @param {string} name
 */
function isLocked(packages, parent, name) {
  for (let folder = parent; ; folder = folder.slice(0, Math.max(0, folder.lastIndexOf("/node_modules/")))) {
    if (`${folder === "" ? "" : `${folder}/`}node_modules/${name}` in packages) return true;
    if (folder === "") return false;
  }
}

/**
 * Operating system, processor and C library out of names such as `cli-linux-arm64-musl`.
 * @param {string} name
 */
function platformOf(name) {
  const words = name.split(/[/-]/);
  const os = words.find((word) =>
    ["android", "darwin", "freebsd", "linux", "openbsd", "win32"].includes(word),
  );
  const cpu = words.find((word) =>
    ["arm", "arm64", "ia32", "ppc64", "riscv64", "s390x", "wasm32", "x64"].includes(word),
  );
  const libc = words.includes("musl") ? "musl" : undefined;
  return {
    ...(cpu === undefined ? {} : { cpu: [cpu] }),
    ...(libc === undefined ? {} : { libc: [libc] }),
    ...(os === undefined ? {} : { os: [os] }),
  };
}

/**
 * @param {string} lockText
 * @returns {Record<string, LockEntry>}
 */
function packagesOf(lockText) {
  return JSON.parse(lockText).packages;
}

/**
 * @param {string} manifestText
 * @returns {Record<string, boolean>}
 */
function allowedScripts(manifestText) {
  return JSON.parse(manifestText).allowScripts ?? {};
}

/** @param {string} path */
function nameOf(path) {
  return path.slice(path.lastIndexOf("node_modules/") + "node_modules/".length);
}
