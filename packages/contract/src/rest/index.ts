export * from "./accounts.ts";
export * from "./admin.ts";
export * from "./rooms.ts";
export * from "./site.ts";
