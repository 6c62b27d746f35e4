CREATE TABLE "audit_entries" (
	"id" uuid PRIMARY KEY NOT NULL,
	"room_id" uuid NOT NULL,
	"at" timestamp (3) with time zone NOT NULL,
	"actor_participant" text,
	"actor_name" text,
	"action" text NOT NULL,
	"subject_participant" text,
	"subject_name" text,
	"detail" jsonb NOT NULL,
	"undo" jsonb,
	"undone_at" timestamp (3) with time zone,
	"undone_by" text
);
--> statement-breakpoint
CREATE TABLE "chat_rules" (
	"room_id" uuid PRIMARY KEY NOT NULL,
	"rules" jsonb NOT NULL
);
--> statement-breakpoint
CREATE TABLE "follows" (
	"account_id" uuid NOT NULL,
	"owner_id" uuid NOT NULL,
	"created_at" timestamp (3) with time zone NOT NULL,
	CONSTRAINT "follows_account_id_owner_id_pk" PRIMARY KEY("account_id","owner_id")
);
--> statement-breakpoint
CREATE TABLE "held_messages" (
	"id" uuid PRIMARY KEY NOT NULL,
	"room_id" uuid NOT NULL,
	"participant" text NOT NULL,
	"client_id" uuid NOT NULL,
	"actor" jsonb NOT NULL,
	"body" jsonb NOT NULL,
	"capture_unix_ms" double precision,
	"why" text NOT NULL,
	"detail" text NOT NULL,
	"created_at" timestamp (3) with time zone NOT NULL,
	"state" text NOT NULL,
	CONSTRAINT "held_messages_client" UNIQUE("room_id","participant","client_id")
);
--> statement-breakpoint
CREATE TABLE "participant_traces" (
	"participant" text NOT NULL,
	"device_hash" text NOT NULL,
	"address_hash" text NOT NULL,
	"first_at" timestamp (3) with time zone NOT NULL,
	"seen_at" timestamp (3) with time zone NOT NULL,
	CONSTRAINT "participant_traces_participant_device_hash_address_hash_pk" PRIMARY KEY("participant","device_hash","address_hash")
);
--> statement-breakpoint
CREATE TABLE "reports" (
	"id" uuid PRIMARY KEY NOT NULL,
	"room_id" uuid NOT NULL,
	"participant" text NOT NULL,
	"name" text NOT NULL,
	"reporter" text NOT NULL,
	"reporter_name" text NOT NULL,
	"reason" text NOT NULL,
	"note" text NOT NULL,
	"message" integer,
	"context" jsonb NOT NULL,
	"created_at" timestamp (3) with time zone NOT NULL,
	"state" text NOT NULL,
	"decided_by" text
);
--> statement-breakpoint
CREATE TABLE "room_moderators" (
	"room_id" uuid NOT NULL,
	"account_id" uuid NOT NULL,
	"created_at" timestamp (3) with time zone NOT NULL,
	CONSTRAINT "room_moderators_room_id_account_id_pk" PRIMARY KEY("room_id","account_id")
);
--> statement-breakpoint
CREATE TABLE "sanction_signals" (
	"sanction_id" uuid NOT NULL,
	"kind" text NOT NULL,
	"hash" text NOT NULL,
	CONSTRAINT "sanction_signals_sanction_id_kind_hash_pk" PRIMARY KEY("sanction_id","kind","hash")
);
--> statement-breakpoint
CREATE TABLE "sanctions" (
	"id" uuid PRIMARY KEY NOT NULL,
	"room_id" uuid NOT NULL,
	"kind" text NOT NULL,
	"participant" text NOT NULL,
	"name" text NOT NULL,
	"reason" text NOT NULL,
	"by_participant" text,
	"by_name" text,
	"created_at" timestamp (3) with time zone NOT NULL,
	"until_at" timestamp (3) with time zone,
	"lifted_at" timestamp (3) with time zone,
	"evades" uuid,
	"evades_name" text,
	"signal" text
);
--> statement-breakpoint
ALTER TABLE "audit_entries" ADD CONSTRAINT "audit_entries_room_id_rooms_id_fk" FOREIGN KEY ("room_id") REFERENCES "public"."rooms"("id") ON DELETE cascade ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "chat_rules" ADD CONSTRAINT "chat_rules_room_id_rooms_id_fk" FOREIGN KEY ("room_id") REFERENCES "public"."rooms"("id") ON DELETE cascade ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "follows" ADD CONSTRAINT "follows_account_id_accounts_id_fk" FOREIGN KEY ("account_id") REFERENCES "public"."accounts"("id") ON DELETE cascade ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "follows" ADD CONSTRAINT "follows_owner_id_accounts_id_fk" FOREIGN KEY ("owner_id") REFERENCES "public"."accounts"("id") ON DELETE cascade ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "held_messages" ADD CONSTRAINT "held_messages_room_id_rooms_id_fk" FOREIGN KEY ("room_id") REFERENCES "public"."rooms"("id") ON DELETE cascade ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "reports" ADD CONSTRAINT "reports_room_id_rooms_id_fk" FOREIGN KEY ("room_id") REFERENCES "public"."rooms"("id") ON DELETE cascade ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "room_moderators" ADD CONSTRAINT "room_moderators_room_id_rooms_id_fk" FOREIGN KEY ("room_id") REFERENCES "public"."rooms"("id") ON DELETE cascade ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "room_moderators" ADD CONSTRAINT "room_moderators_account_id_accounts_id_fk" FOREIGN KEY ("account_id") REFERENCES "public"."accounts"("id") ON DELETE cascade ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "sanction_signals" ADD CONSTRAINT "sanction_signals_sanction_id_sanctions_id_fk" FOREIGN KEY ("sanction_id") REFERENCES "public"."sanctions"("id") ON DELETE cascade ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "sanctions" ADD CONSTRAINT "sanctions_room_id_rooms_id_fk" FOREIGN KEY ("room_id") REFERENCES "public"."rooms"("id") ON DELETE cascade ON UPDATE no action;--> statement-breakpoint
CREATE INDEX "audit_entries_room" ON "audit_entries" USING btree ("room_id","id");--> statement-breakpoint
CREATE INDEX "follows_owner" ON "follows" USING btree ("owner_id");--> statement-breakpoint
CREATE INDEX "held_messages_room" ON "held_messages" USING btree ("room_id","state","created_at");--> statement-breakpoint
CREATE INDEX "participant_traces_seen" ON "participant_traces" USING btree ("seen_at");--> statement-breakpoint
CREATE INDEX "reports_room" ON "reports" USING btree ("room_id","state","id");--> statement-breakpoint
CREATE INDEX "reports_reporter" ON "reports" USING btree ("reporter","created_at");--> statement-breakpoint
CREATE INDEX "room_moderators_account" ON "room_moderators" USING btree ("account_id");--> statement-breakpoint
CREATE INDEX "sanction_signals_hash" ON "sanction_signals" USING btree ("hash");--> statement-breakpoint
CREATE INDEX "sanctions_room" ON "sanctions" USING btree ("room_id","created_at");--> statement-breakpoint
CREATE INDEX "sanctions_participant" ON "sanctions" USING btree ("participant","room_id");--> statement-breakpoint
CREATE INDEX "sanctions_evades" ON "sanctions" USING btree ("evades");