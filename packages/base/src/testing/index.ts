export * from "./fake-clock.ts";
export * from "./seeded-random.ts";
export * from "./simulated-network.ts";
