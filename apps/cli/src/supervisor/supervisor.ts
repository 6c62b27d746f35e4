import { setTimeout as sleep } from "node:timers/promises";
import { type ChildToSupervisor, childToSupervisorSchema, type SupervisorToChild } from "@sameroom/contract";
import { childrenEnvironment } from "../config/children-environment.ts";
import { type Config, hostPort, ownAddress } from "../config/config.ts";
import type { SecretFiles } from "../data/secrets.ts";
import type { Output } from "../log/output.ts";
import type { Paint } from "../log/paint.ts";
import { programs } from "../paths.ts";
import { chooseDestination } from "../publish/destination.ts";
import { forkPublisher } from "../publish/fork-publisher.ts";
import { Child } from "./child.ts";
import { DemoControl } from "./demo-control.ts";
import { FilePlayers } from "./file-players.ts";
import { mediaLinked } from "./media-link.ts";
import { adminLogin, welcome } from "./welcome.ts";

/** How long children may take to end before they are ended by force, ms. */
const shutdownPatienceMs = 5000;

/** The children's last lines about their start come before the welcome, ms. */
const settleMs = 150;

type AppName = "control" | "media";

/** What {@link Supervisor} works with. */
export interface SupervisorOptions {
  readonly config: Config;
  readonly secrets: SecretFiles;
  readonly output: Output;
  readonly paint: Paint;
  /** Start the demo broadcast as soon as control is ready. */
  readonly demo: boolean;
  /** Programs to run; default: the built apps. */
  readonly programs?: Readonly<Record<AppName | "demo", string>>;
  /** The supervisor's own environment. */
  readonly inherited: Readonly<Record<string, string | undefined>>;
}

/** Runs control and media (and the demo when wanted), restarts what dies and ends all of it in order. */
export class Supervisor {
  readonly #options: SupervisorOptions;
  readonly #apps: Readonly<Record<AppName, Child>>;
  readonly #demo: DemoControl;
  readonly #files: FilePlayers;
  readonly #ready = new Set<AppName>();
  #demoWanted: boolean;
  #welcomed = false;
  readonly #ended = new AbortController();
  #stopping: Promise<void> | undefined;

  constructor(options: SupervisorOptions) {
    this.#options = options;
    this.#demoWanted = options.demo;
    const files = options.programs ?? programs;
    const environment = childrenEnvironment(options.config, options.secrets, options.inherited);
    const app = (name: AppName) =>
      new Child({
        name,
        program: files[name],
        environment,
        log: options.output.log,
        onLine: (line) => options.output.fromChild(name, line),
        onMessage: (message) => this.#receive(name, message),
        onExit: () => this.#ready.delete(name),
      });
    this.#apps = { control: app("control"), media: app("media") };
    this.#demo = new DemoControl({
      program: files.demo,
      environment,
      log: options.output.log,
      onLine: (line) => options.output.fromChild("demo", line),
      onState: (running) => this.#tellControl({ type: "demo-state", running }),
    });
    const { config } = options;
    this.#files = new FilePlayers({
      ...{ directory: config.filesDir, startChild: forkPublisher, log: options.output.log },
      destinationOf: (room) => chooseDestination(config, { room }),
      onState: (room, playback) => this.#tellControl({ type: "playback", room, playback }),
    });
  }

  /** Starts everything. Returns at once; children report when they are ready. */
  start(): void {
    this.#apps.media.start();
    this.#apps.control.start();
  }

  /** Ends everything: the demo first, so that its room ends as a host's would. Idempotent. */
  stop(): Promise<void> {
    this.#ended.abort();
    this.#stopping ??= this.#stopAll();
    return this.#stopping;
  }

  /** Ends everything at once. */
  kill(): void {
    this.#ended.abort();
    this.#demo.kill();
    for (const app of Object.values(this.#apps)) app.kill();
  }

  async #stopAll(): Promise<void> {
    const begun = Date.now();
    await Promise.all([this.#demo.stop(1500), this.#files.stopAll()]);
    const left = Math.max(500, shutdownPatienceMs - (Date.now() - begun));
    await Promise.all(Object.values(this.#apps).map((app) => app.stop(left)));
  }

  #receive(from: AppName, message: unknown): void {
    const parsed = childToSupervisorSchema.safeParse(message);
    if (!parsed.success) {
      this.#options.output.log.warn(`${from} sent a message that is not understood`);
      return;
    }
    if (this.#stopping === undefined) this.#handle(from, parsed.data);
  }

  #handle(from: AppName, message: ChildToSupervisor): void {
    const { output, paint } = this.#options;
    switch (message.type) {
      case "ready":
        this.#becomeReady(from);
        return;
      case "fatal":
        output.log.error(`${from} cannot start: ${message.message}`);
        if (message.hint !== undefined) output.log.error(`${from}: ${message.hint}`);
        return;
      case "admin-created":
        this.#showAdmin(message.username, message.password, paint);
        return;
      case "start-demo":
        this.#demo.start({ url: this.#whipUrl(message.room), streamKey: message.streamKey });
        return;
      case "play-files":
        this.#files.play(message.room, message);
        return;
      case "stop-files":
        void this.#files.stop(message.room);
        return;
      case "stop-demo":
        this.#demoWanted = false;
        void this.#demo.stop(shutdownPatienceMs);
        return;
    }
  }

  #becomeReady(from: AppName): void {
    this.#apps[from].markReady();
    this.#ready.add(from);
    if (from === "control") {
      this.#tellControl({ type: "demo-state", running: this.#demo.running });
      this.#files.tellAll();
      if (this.#demoWanted && !this.#demo.running) this.#tellControl({ type: "demo", on: true });
    } else {
      this.#demo.reconnect();
    }
    if (!this.#welcomed && this.#ready.size === 2) {
      this.#welcomed = true;
      void this.#welcome();
    }
  }

  /** Both run; they are of use when they know of each other. */
  async #welcome(): Promise<void> {
    const { config, output, paint } = this.#options;
    const { signal } = this.#ended;
    if (!(await mediaLinked(this.#mediaOrigin, signal))) return;
    await sleep(settleMs, undefined, { ref: false });
    if (signal.aborted) return;
    output.text(welcome(config, paint));
    output.log.info("everything is ready");
  }

  /** Shown to people even where logs are collected as JSON: there it goes to standard error, past the collector's file. */
  #showAdmin(username: string, password: string, paint: Paint): void {
    const text = adminLogin(username, password, paint);
    if (this.#options.config.logFormat === "pretty") this.#options.output.text(text);
    else process.stderr.write(`${text}\n`);
  }

  #tellControl(message: SupervisorToChild): void {
    this.#apps.control.send(message);
  }

  get #mediaOrigin(): string {
    const { bind, mediaHttpPort, isHttps } = this.#options.config;
    return `${isHttps ? "https" : "http"}://${hostPort(ownAddress(bind), mediaHttpPort)}`;
  }

  #whipUrl(room: string): string {
    return `${this.#mediaOrigin}/whip/${encodeURIComponent(room)}`;
  }
}
