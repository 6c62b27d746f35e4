CREATE TABLE "room_events" (
	"room_id" uuid NOT NULL,
	"sequence" integer NOT NULL,
	"at" timestamp (3) with time zone NOT NULL,
	"capture_unix_ms" double precision,
	"participant" text NOT NULL,
	"actor" jsonb,
	"client_id" uuid,
	"audience" text NOT NULL,
	"type" text NOT NULL,
	"reply_to" integer,
	"broadcast_id" uuid,
	"body" jsonb NOT NULL,
	CONSTRAINT "room_events_room_id_sequence_pk" PRIMARY KEY("room_id","sequence")
);
--> statement-breakpoint
CREATE TABLE "room_logs" (
	"room_id" uuid PRIMARY KEY NOT NULL,
	"last" integer NOT NULL,
	"chat_mode" jsonb,
	"pinned" integer
);
--> statement-breakpoint
ALTER TABLE "room_events" ADD CONSTRAINT "room_events_room_id_rooms_id_fk" FOREIGN KEY ("room_id") REFERENCES "public"."rooms"("id") ON DELETE cascade ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "room_logs" ADD CONSTRAINT "room_logs_room_id_rooms_id_fk" FOREIGN KEY ("room_id") REFERENCES "public"."rooms"("id") ON DELETE cascade ON UPDATE no action;--> statement-breakpoint
CREATE UNIQUE INDEX "room_events_client" ON "room_events" USING btree ("room_id","participant","client_id") WHERE "room_events"."client_id" is not null;--> statement-breakpoint
CREATE INDEX "room_events_replies" ON "room_events" USING btree ("room_id","reply_to") WHERE "room_events"."reply_to" is not null;--> statement-breakpoint
CREATE INDEX "room_events_broadcast" ON "room_events" USING btree ("broadcast_id","sequence") WHERE "room_events"."broadcast_id" is not null;