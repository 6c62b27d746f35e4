import type { FastifyRequest } from "fastify";
import { Counter, collectDefaultMetrics, Gauge, Histogram, Registry } from "prom-client";
import { ProblemError } from "../problem-error.ts";
import { sameSecret } from "../secrets.ts";
import { isDirectLoopback } from "./direct-caller.ts";
import type { Http } from "./types.ts";

/** Numbers read when somebody scrapes. */
export interface MetricSources {
  sockets: () => number;
  roomsOnAir: () => number;
  roomsWithPeople: () => number;
  workersConnected: () => number;
  invalidLinkMessages: () => number;
}

/** `/metrics` in Prometheus' format, for callers with the node secret as bearer or on this very machine. */
export function metricsRoutes(http: Http, deps: { sources: MetricSources; nodeSecret: string }): void {
  const registry = new Registry();
  const registers = [registry];
  collectDefaultMetrics({ register: registry });
  const durations = new Histogram({
    name: "sameroom_http_request_seconds",
    help: "Time to answer a request",
    labelNames: ["method", "route", "status"],
    buckets: [0.005, 0.02, 0.1, 0.5, 2, 10],
    registers,
  });
  const gauge = (name: string, help: string, read: () => number) =>
    new Gauge({
      name,
      help,
      registers,
      collect() {
        this.set(read());
      },
    });
  const { sources } = deps;
  gauge("sameroom_sockets", "Realtime connections", sources.sockets);
  gauge("sameroom_rooms_on_air", "Rooms that are live or interrupted", sources.roomsOnAir);
  gauge("sameroom_rooms_with_people", "Rooms somebody is in", sources.roomsWithPeople);
  gauge("sameroom_workers_connected", "Media workers with a link", sources.workersConnected);
  const invalid = new Counter({
    name: "sameroom_link_invalid_messages_total",
    help: "Messages of media workers that did not fit the contract",
    registers,
    collect() {
      this.reset();
      this.inc(sources.invalidLinkMessages());
    },
  });
  invalid.inc(0);

  http.addHook("onResponse", async (request, reply) => {
    const route = request.routeOptions.url ?? "none";
    durations.observe(
      { method: request.method, route, status: String(reply.statusCode) },
      reply.elapsedTime / 1000,
    );
  });
  http.get("/metrics", { schema: { hide: true } }, async (request, reply) => {
    requireScraper(request, deps.nodeSecret);
    void reply.type(registry.contentType);
    return registry.metrics();
  });
}

function requireScraper(request: FastifyRequest, nodeSecret: string): void {
  const bearer = /^Bearer +(\S+)$/i.exec(request.headers.authorization ?? "")?.[1];
  if (bearer !== undefined && sameSecret(bearer, nodeSecret)) return;
  if (bearer === undefined && isDirectLoopback(request)) return;
  throw new ProblemError(bearer === undefined ? "token.missing" : "token.invalid");
}
