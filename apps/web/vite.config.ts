import tailwind from "@tailwindcss/vite";
import react from "@vitejs/plugin-react";
import { defineConfig, loadEnv } from "vite";

/**
 * `npm run dev` serves the app with the API behind a proxy: `SAMEROOM_CONTROL_URL` names a running control
 * server (default: the one `npm start` runs on this machine).
 */
export default defineConfig(({ mode }) => {
  const environment = loadEnv(mode, ".", "SAMEROOM_");
  const control = environment.SAMEROOM_CONTROL_URL ?? "http://127.0.0.1:8080";
  return {
    plugins: [react(), tailwind()],
    resolve: { conditions: ["source", "module", "browser", "development|production"] },
    build: { target: "es2023", sourcemap: true, assetsInlineLimit: 0, reportCompressedSize: true },
    server: {
      proxy: {
        "/api": { target: control },
        "/socket.io": { target: control, ws: true },
      },
    },
  };
});
