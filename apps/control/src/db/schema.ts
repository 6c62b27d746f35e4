/** Every table. A feature asks for them here; `npm run migration` reads them here. */
export * from "./schema/accounts.ts";
export * from "./schema/battles.ts";
export * from "./schema/events.ts";
export * from "./schema/money.ts";
export * from "./schema/people.ts";
export * from "./schema/push.ts";
export * from "./schema/raids.ts";
export * from "./schema/rooms.ts";
export * from "./schema/screening.ts";
export * from "./schema/subscriptions.ts";
export * from "./schema/webhooks.ts";
