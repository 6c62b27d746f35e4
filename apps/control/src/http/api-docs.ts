import fastifySwagger from "@fastify/swagger";
import fastifySwaggerUi from "@fastify/swagger-ui";
import { jsonSchemaTransform } from "fastify-type-provider-zod";
import { SESSION_COOKIE } from "./cookies.ts";
import type { Http } from "./types.ts";

/** The API's description, made from the routes' schemas: a page at `/docs`, OpenAPI at `/docs/json`. Register before routes. */
export async function serveApiDocs(http: Http, version: string): Promise<void> {
  await http.register(fastifySwagger, {
    openapi: {
      openapi: "3.1.0",
      info: {
        title: "Sameroom",
        version,
        description:
          "Rooms, tokens and accounts. Media (WHIP, WHEP) is served by the media port named in `mediaUrl`. Errors are problem documents (RFC 9457); see the guide for all codes.",
      },
      components: {
        securitySchemes: {
          apiKey: { type: "http", scheme: "bearer", description: "An API key, `srk_...`" },
          session: { type: "apiKey", in: "cookie", name: SESSION_COOKIE },
        },
      },
      security: [{ apiKey: [] }, { session: [] }, {}],
    },
    transform: jsonSchemaTransform,
  });
  await http.register(fastifySwaggerUi, {
    routePrefix: "/docs",
    staticCSP: true,
    // Whether there is TLS is the operator's proxy's to say: an upgraded request would fail without it.
    transformStaticCSP: (policy) => policy.replace(/\s*upgrade-insecure-requests;?/, ""),
  });
}
