import { siteSchema } from "@sameroom/contract";
import type { FastifyRequest } from "fastify";
import { failures } from "../../http/answers.ts";
import { publicAddress, resolveMediaUrl } from "../../http/public-url.ts";
import type { Http } from "../../http/types.ts";

export interface SiteDeps {
  version: string;
  signUpOpen: boolean;
  /** Base URL of the media port; may begin with a colon. */
  mediaUrl: () => string;
  demo: { readonly available: boolean; readonly running: boolean; readonly room: string | null };
  mayRunDemo: (request: FastifyRequest) => boolean;
}

/** What the web app must know before anything else. */
export function siteRoutes(http: Http, deps: SiteDeps): void {
  http.get(
    "/api/site",
    { schema: { tags: ["site"], summary: "About this server", response: { 200: siteSchema, ...failures } } },
    async (request) => ({
      name: "Sameroom",
      version: deps.version,
      signUpOpen: deps.signUpOpen,
      mediaUrl: resolveMediaUrl(deps.mediaUrl(), publicAddress(request)),
      demoAvailable: deps.demo.available && deps.mayRunDemo(request),
      demoRunning: deps.demo.running,
      demoRoom: deps.demo.room,
    }),
  );
}
