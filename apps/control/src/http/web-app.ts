import { existsSync } from "node:fs";
import { join } from "node:path";
import fastifyStatic from "@fastify/static";
import { problem } from "@sameroom/contract";
import type { FastifyReply, FastifyRequest } from "fastify";
import { sendProblem } from "./errors.ts";
import type { Http } from "./types.ts";

/** Addresses that are never the web app's. */
const NOT_PAGES = /^\/(?:api|internal|docs|health|metrics|socket\.io|assets)(?:\/|$)/;

const MISSING = `<!doctype html><html lang="en"><meta charset="utf-8"><title>Sameroom</title>
<h1>Sameroom is running</h1>
<p>The web app is not built. Run <code>npm run build -w @sameroom/web</code> and start again.</p>
<p>The API is described at <a href="/docs">/docs</a>.</p></html>
`;

/**
 * Serves the built web app: files with a hash in their name for ever, `index.html` for every address the app itself
 * routes. Without a build, a page that says so. Everything else is `request.not_found`.
 */
export async function serveWebApp(http: Http, webDir: string): Promise<void> {
  const built = existsSync(join(webDir, "index.html"));
  if (built)
    await http.register(fastifyStatic, {
      root: webDir,
      wildcard: true,
      index: "index.html",
      preCompressed: true,
      redirect: false,
      cacheControl: false,
      setHeaders(response, path) {
        const hashed = path.includes("/assets/");
        void response.header("cache-control", hashed ? "public, max-age=31536000, immutable" : "no-cache");
      },
    });
  else http.get("/", { schema: { hide: true } }, (_request, reply) => page(reply, built));

  http.setNotFoundHandler((request, reply) =>
    isPage(request) ? page(reply, built) : sendProblem(reply, problem("request.not_found")),
  );
}

function page(reply: FastifyReply, built: boolean): FastifyReply {
  void reply.header("cache-control", "no-cache").code(200);
  return built ? reply.sendFile("index.html") : reply.type("text/html; charset=utf-8").send(MISSING);
}

/** A browser that wants to show a page (not a script that guesses addresses, nor a missing picture). */
function isPage(request: FastifyRequest): boolean {
  if (request.method !== "GET" && request.method !== "HEAD") return false;
  const path = request.url.split("?", 1)[0] ?? "/";
  const accept = request.headers.accept ?? "*/*";
  return !NOT_PAGES.test(path) && !/\.[a-z0-9]{1,8}$/i.test(path) && /text\/html|\*\/\*/.test(accept);
}
