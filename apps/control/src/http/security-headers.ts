import type { IncomingMessage } from "node:http";
import fastifyHelmet from "@fastify/helmet";
import { publicAddress, resolveMediaUrl } from "./public-url.ts";
import type { Http } from "./types.ts";

export interface SecurityHeaderOptions {
  /** Base URLs of the media workers as configured or reported; may begin with a colon. */
  mediaUrls: () => string[];
}

declare module "node:http" {
  interface IncomingMessage {
    /** Origins the page of this request may fetch from, for its content security policy. */
    connectSources?: string;
  }
}

const connectSources = (request: IncomingMessage) => request.connectSources ?? "'self'";

/**
 * Content security policy (scripts only from here; connections only here and to media) and the other headers that keep
 * a page from being misused. No HSTS and no upgrade to https: whether there is TLS is the operator's proxy's to say.
 */
export async function addSecurityHeaders(http: Http, options: SecurityHeaderOptions): Promise<void> {
  http.addHook("onRequest", async (request, reply) => {
    const address = publicAddress(request);
    const socketProtocol = address.protocol === "https" ? "wss" : "ws";
    const media = options.mediaUrls().map((url) => new URL(resolveMediaUrl(url, address)).origin);
    // Recorders send over WebSocket.
    const sockets = media.map((origin) => origin.replace(/^http/, "ws"));
    const sources = ["'self'", `${socketProtocol}://${address.host}`, ...new Set([...media, ...sockets])];
    request.raw.connectSources = sources.join(" ");
    void reply.header("permissions-policy", "camera=(self), microphone=(self), display-capture=(self)");
  });
  await http.register(fastifyHelmet, {
    contentSecurityPolicy: {
      useDefaults: false,
      directives: {
        defaultSrc: ["'self'"],
        scriptSrc: ["'self'"],
        // The player's components carry style elements in their shadow roots.
        styleSrc: ["'self'", "'unsafe-inline'"],
        // Posters and preview pictures of recordings come from media.
        imgSrc: ["data:", "blob:", connectSources],
        fontSrc: ["'self'", "data:"],
        mediaSrc: ["blob:", connectSources],
        workerSrc: ["'self'", "blob:"],
        connectSrc: [connectSources],
        objectSrc: ["'none'"],
        baseUri: ["'self'"],
        formAction: ["'self'"],
        frameAncestors: ["'self'"],
      },
    },
    strictTransportSecurity: false,
    originAgentCluster: false,
    crossOriginOpenerPolicy: false,
  });
}
