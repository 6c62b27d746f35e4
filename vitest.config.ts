import { availableParallelism } from "node:os";
import { defineConfig } from "vitest/config";

const conditions = ["source", "module", "node"];
/** Sans-IO: nothing outlives a test, so files can share a process and what it has loaded. */
const pure = "packages/{base,contract,protocol,engine}/**/*.test.ts";
// Generous: a slow machine must not fail a test that would pass.
const patience = { testTimeout: 120_000, hookTimeout: 120_000 };
// Many wait for real sockets and timers: on two cores, three files at a time.
const maxWorkers = availableParallelism() + 1;

export default defineConfig({
  resolve: { conditions },
  ssr: { resolve: { conditions, externalConditions: conditions } },
  test: {
    projects: [
      {
        extends: true,
        test: {
          name: "unit",
          include: ["{packages,apps,bench,scripts,testing}/**/*.test.{ts,tsx}"],
          exclude: ["**/node_modules/**", "**/dist/**", pure],
          maxWorkers,
          ...patience,
        },
      },
      {
        extends: true,
        test: {
          name: "pure",
          include: [pure],
          exclude: ["**/node_modules/**", "**/dist/**"],
          isolate: false,
          maxWorkers,
          ...patience,
        },
      },
      {
        extends: true,
        test: {
          name: "e2e",
          include: ["e2e/**/*.test.ts"],
          exclude: ["**/node_modules/**"],
          // Browsers and encoders take what there is: with more at a time than this, pictures no longer come in time.
          maxWorkers: 2,
          ...patience,
        },
      },
    ],
  },
});
