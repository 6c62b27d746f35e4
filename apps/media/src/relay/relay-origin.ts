import type { ServerResponse } from "node:http";
import type { AccessUnit, UnitFormat } from "@sameroom/protocol";
import type { Program } from "../program/program.ts";
import type { Programs } from "../program/programs.ts";
import { LayerChoice } from "../stage/layer-choice.ts";
import { serializeRelayFrame } from "./relay-frame.ts";

/** Other workers that take hosts from here, at most. */
const MAX_RELAYS = 64;
/** What one may be behind: then all up to the next keyframe is left out, bytes. */
const MOST_WAITING_BYTES = 2 * 1024 * 1024;

/**
 * Gives other workers a room's host as units: the largest layer that comes, and the sound as it is. Of the host alone, whatever the show
 * is: the stage that may be composed here shows those very workers' hosts.
 */
export class RelayOrigin {
  readonly #programs: Pick<Programs, "of">;
  readonly #open = new Set<ServerResponse>();

  constructor(programs: Pick<Programs, "of">) {
    this.#programs = programs;
  }

  get open(): number {
    return this.#open.size;
  }

  /** Whether there is a show to give, and a place for one more. */
  offers(room: string): boolean {
    const program = this.#programs.of(room);
    return this.#open.size < MAX_RELAYS && program !== undefined && program.endedAtMs === undefined;
  }

  /** Writes units until the show ends or the other end goes. */
  serve(room: string, response: ServerResponse): void {
    const program = this.#programs.of(room);
    if (program === undefined) return void response.destroy();
    this.#open.add(response);
    response.writeHead(200, { "content-type": "application/octet-stream", "cache-control": "no-store" });
    response.flushHeaders();
    const stop = relay(program, response);
    const offEnd = program.on("ended", () => response.end());
    response.once("close", () => {
      this.#open.delete(response);
      offEnd();
      stop();
    });
  }

  close(): void {
    for (const response of this.#open) response.destroy();
  }
}

/** Follows the host through other layers and sessions; returns what ends it. */
function relay(program: Program, response: ServerResponse): () => void {
  const told = new Map<string, UnitFormat>();
  let waits = true;
  const askForKeyframes = () => program.askHostForKeyframes();

  function write(unit: AccessUnit): void {
    const { format, keyframe } = unit;
    const isBehind = response.writableLength > MOST_WAITING_BYTES;
    if (format.kind === "video") {
      if (isBehind) waits = true;
      if (waits && !keyframe) {
        askForKeyframes();
        return;
      }
      waits = false;
    } else if (isBehind) return;
    const isNew = told.get(format.kind) !== format || (format.kind === "video" && keyframe);
    told.set(format.kind, format);
    response.write(serializeRelayFrame(unit, isNew ? format : undefined));
  }

  const choice = new LayerChoice(write, askForKeyframes);
  choice.want(Number.POSITIVE_INFINITY);
  askForKeyframes();
  return program.hearHost((rendition, unit) => choice.take(rendition, unit));
}
