import tailwind from "@tailwindcss/vite";
import react from "@vitejs/plugin-react";
import { defineConfig, loadEnv } from "vite";
import { precompress } from "./precompress.ts";

/** What changes at its own pace is a file of its own, so that an upgrade of the app does not fetch React again. */
const groups = [
  { name: "react", test: /node_modules\/(?:react|react-dom|scheduler)\// },
  { name: "tanstack", test: /node_modules\/@tanstack\// },
  { name: "contract", test: /(?:node_modules\/zod|packages\/contract)\// },
];

/**
 * `npm run dev` serves the app with the API behind a proxy: `SAMEROOM_CONTROL_URL` names a running control
 * server (default: the one `npm start` runs on this machine).
 */
export default defineConfig(({ mode }) => {
  const environment = loadEnv(mode, ".", "SAMEROOM_");
  const control = environment.SAMEROOM_CONTROL_URL ?? "http://127.0.0.1:8080";
  return {
    plugins: [react(), tailwind(), precompress()],
    resolve: { conditions: ["source", "module", "browser", "development|production"] },
    build: {
      target: "es2023",
      sourcemap: true,
      // Small files stay files: the content security policy has no data: for scripts, and fonts are fetched by need.
      assetsInlineLimit: 0,
      rolldownOptions: { output: { codeSplitting: { groups } } },
    },
    server: {
      proxy: {
        "/api": { target: control },
        "/socket.io": { target: control, ws: true },
      },
    },
  };
});
