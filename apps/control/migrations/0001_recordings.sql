CREATE TABLE "recordings" (
	"id" uuid PRIMARY KEY NOT NULL,
	"room_id" uuid NOT NULL,
	"broadcast_id" uuid,
	"worker" text NOT NULL,
	"state" text NOT NULL,
	"fault" text,
	"title" text NOT NULL,
	"visibility" text NOT NULL,
	"started_at" timestamp (3) with time zone NOT NULL,
	"duration_ms" double precision NOT NULL,
	"bytes" bigint NOT NULL,
	"width" integer NOT NULL,
	"height" integer NOT NULL,
	"file_bytes" bigint,
	"file_sha256" text,
	"has_pictures" boolean NOT NULL,
	"deleted_at" timestamp (3) with time zone
);
--> statement-breakpoint
ALTER TABLE "broadcasts" ADD COLUMN "record_on" boolean;--> statement-breakpoint
ALTER TABLE "rooms" ADD COLUMN "visibility" text DEFAULT 'public' NOT NULL;--> statement-breakpoint
ALTER TABLE "rooms" ADD COLUMN "recording_mode" text DEFAULT 'manual' NOT NULL;--> statement-breakpoint
ALTER TABLE "recordings" ADD CONSTRAINT "recordings_room_id_rooms_id_fk" FOREIGN KEY ("room_id") REFERENCES "public"."rooms"("id") ON DELETE cascade ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "recordings" ADD CONSTRAINT "recordings_broadcast_id_broadcasts_id_fk" FOREIGN KEY ("broadcast_id") REFERENCES "public"."broadcasts"("id") ON DELETE set null ON UPDATE no action;--> statement-breakpoint
CREATE INDEX "recordings_room" ON "recordings" USING btree ("room_id","started_at");--> statement-breakpoint
CREATE INDEX "recordings_broadcast" ON "recordings" USING btree ("broadcast_id");--> statement-breakpoint
CREATE INDEX "recordings_worker" ON "recordings" USING btree ("worker");--> statement-breakpoint
CREATE INDEX "recordings_started" ON "recordings" USING btree ("started_at","id");