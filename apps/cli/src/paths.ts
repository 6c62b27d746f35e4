import { resolve } from "node:path";
import { fileURLToPath } from "node:url";

/** The folder of all apps. Compiled (`dist`) and source files lie equally deep, so this holds for both. */
const appsDirectory = fileURLToPath(new URL("../../", import.meta.url));

/** Programs the supervisor starts, as built by `npm run build`. */
export const programs = {
  control: resolve(appsDirectory, "control/dist/main.js"),
  media: resolve(appsDirectory, "media/dist/main.js"),
  demo: resolve(appsDirectory, "cli/dist/demo/main.js"),
} as const;

/** The web app as built by `npm run build`, unless `SAMEROOM_WEB_DIR` names another. */
export const defaultWebDirectory = resolve(appsDirectory, "web/dist");
