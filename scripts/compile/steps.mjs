import { join } from "node:path";
import { root } from "../root.mjs";

/**
 * @typedef {object} BuildStep
 * @property {string} name for people
 * @property {readonly string[]} inputs files and folders whose content decides whether the step is due
 * @property {(path: string) => boolean} counts which files below the inputs matter
 * @property {string} variant what else decides
 * @property {readonly string[]} outputs files that must exist
 * @property {string} cwd
 * @property {readonly string[]} args for Node
 */

const libraries = ["base", "contract", "http", "protocol", "engine", "native", "client"];
const programs = ["control", "media", "cli"];

/** @param {string} path */
const notTest = (path) => !/\.(?:test|fixture)\.tsx?$/.test(path);

/** @type {Readonly<Record<"addon" | "typescript" | "web", BuildStep>>} */
export const steps = {
  addon: {
    name: "native addon",
    inputs: ["packages/native/binding.gyp", "packages/native/src/cpp", "packages/native/scripts/build.mjs"],
    counts: () => true,
    variant: `${process.version} ${process.platform} ${process.arch}`,
    outputs: ["packages/native/build/Release/sameroom_native.node"],
    cwd: root,
    args: ["packages/native/scripts/build.mjs"],
  },
  typescript: {
    name: "TypeScript",
    inputs: [
      "tsconfig.json",
      "tsconfig.base.json",
      "package-lock.json",
      ...libraries.flatMap((name) => [
        `packages/${name}/src`,
        `packages/${name}/tsconfig.json`,
        `packages/${name}/package.json`,
      ]),
      ...programs.flatMap((name) => [
        `apps/${name}/src`,
        `apps/${name}/tsconfig.json`,
        `apps/${name}/package.json`,
      ]),
    ],
    counts: (path) => /\.(?:ts|json)$/.test(path) && notTest(path),
    variant: "",
    outputs: [
      ...libraries.map((name) => `packages/${name}/dist/index.js`),
      ...programs.map((name) => `apps/${name}/dist/main.js`),
    ],
    cwd: root,
    args: ["node_modules/typescript-native/bin/tsc", "-b"],
  },
  web: {
    name: "web app",
    inputs: [
      "package-lock.json",
      "tsconfig.base.json",
      "apps/web/src",
      "apps/web/public",
      "apps/web/index.html",
      "apps/web/vite.config.ts",
      "apps/web/tsconfig.json",
      "apps/web/package.json",
      "packages/client/src",
      "packages/contract/src",
      "packages/base/src",
    ],
    counts: notTest,
    variant: "",
    outputs: ["apps/web/dist/index.html"],
    cwd: join(root, "apps/web"),
    args: [join(root, "node_modules/vite/bin/vite.js"), "build", "--logLevel", "warn"],
  },
};
