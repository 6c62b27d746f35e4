import { boolean, index, pgTable, text, uuid } from "drizzle-orm/pg-core";
import { instant } from "./columns.ts";

/** People. `nameKey` is the user name in lower case: names are compared without case. */
export const accounts = pgTable("accounts", {
  id: uuid("id").primaryKey(),
  username: text("username").notNull(),
  nameKey: text("name_key").notNull().unique(),
  displayName: text("display_name").notNull(),
  passwordHash: text("password_hash").notNull(),
  role: text("role", { enum: ["user", "admin"] }).notNull(),
  disabled: boolean("disabled").notNull().default(false),
  createdAt: instant("created_at").notNull(),
});
export type Account = typeof accounts.$inferSelect;

/** Log-ins of browsers; the cookie's secret is kept hashed. */
export const sessions = pgTable(
  "sessions",
  {
    secretHash: text("secret_hash").primaryKey(),
    accountId: uuid("account_id")
      .notNull()
      .references(() => accounts.id, { onDelete: "cascade" }),
    createdAt: instant("created_at").notNull(),
    expiresAt: instant("expires_at").notNull(),
  },
  (table) => [index("sessions_account").on(table.accountId), index("sessions_expiry").on(table.expiresAt)],
);
export type Session = typeof sessions.$inferSelect;

export const apiKeys = pgTable(
  "api_keys",
  {
    id: uuid("id").primaryKey(),
    accountId: uuid("account_id")
      .notNull()
      .references(() => accounts.id, { onDelete: "cascade" }),
    name: text("name").notNull(),
    prefix: text("prefix").notNull(),
    secretHash: text("secret_hash").notNull().unique(),
    createdAt: instant("created_at").notNull(),
    lastUsedAt: instant("last_used_at"),
  },
  (table) => [index("api_keys_account").on(table.accountId)],
);
export type ApiKey = typeof apiKeys.$inferSelect;
