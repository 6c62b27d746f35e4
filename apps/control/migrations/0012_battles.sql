CREATE TABLE "battle_desks" (
	"room_id" uuid PRIMARY KEY NOT NULL,
	"open" boolean DEFAULT true NOT NULL,
	"battle_id" uuid,
	"queued_at" timestamp (3) with time zone,
	"duration_s" integer DEFAULT 0 NOT NULL,
	"penalty_s" integer DEFAULT 0 NOT NULL
);
--> statement-breakpoint
CREATE TABLE "battle_gifts" (
	"transfer_id" uuid PRIMARY KEY NOT NULL,
	"battle_id" uuid NOT NULL,
	"round" integer NOT NULL,
	"side" smallint NOT NULL,
	"sender_id" uuid NOT NULL,
	"name" text NOT NULL,
	"coins" integer NOT NULL,
	"at" timestamp (3) with time zone NOT NULL
);
--> statement-breakpoint
CREATE TABLE "battles" (
	"id" uuid PRIMARY KEY NOT NULL,
	"room_id" uuid NOT NULL,
	"other_room_id" uuid NOT NULL,
	"state" jsonb NOT NULL,
	"phase" text NOT NULL,
	"due_at" timestamp (3) with time zone,
	"untold" boolean NOT NULL,
	"created_at" timestamp (3) with time zone NOT NULL
);
--> statement-breakpoint
ALTER TABLE "battle_desks" ADD CONSTRAINT "battle_desks_room_id_rooms_id_fk" FOREIGN KEY ("room_id") REFERENCES "public"."rooms"("id") ON DELETE cascade ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "battle_desks" ADD CONSTRAINT "battle_desks_battle_id_battles_id_fk" FOREIGN KEY ("battle_id") REFERENCES "public"."battles"("id") ON DELETE set null ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "battle_gifts" ADD CONSTRAINT "battle_gifts_transfer_id_ledger_transfers_id_fk" FOREIGN KEY ("transfer_id") REFERENCES "public"."ledger_transfers"("id") ON DELETE no action ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "battle_gifts" ADD CONSTRAINT "battle_gifts_battle_id_battles_id_fk" FOREIGN KEY ("battle_id") REFERENCES "public"."battles"("id") ON DELETE cascade ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "battles" ADD CONSTRAINT "battles_room_id_rooms_id_fk" FOREIGN KEY ("room_id") REFERENCES "public"."rooms"("id") ON DELETE cascade ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "battles" ADD CONSTRAINT "battles_other_room_id_rooms_id_fk" FOREIGN KEY ("other_room_id") REFERENCES "public"."rooms"("id") ON DELETE cascade ON UPDATE no action;--> statement-breakpoint
CREATE INDEX "battle_desks_queue" ON "battle_desks" USING btree ("queued_at");--> statement-breakpoint
CREATE INDEX "battle_gifts_round" ON "battle_gifts" USING btree ("battle_id","round");--> statement-breakpoint
CREATE INDEX "battles_room" ON "battles" USING btree ("room_id","phase");--> statement-breakpoint
CREATE INDEX "battles_other_room" ON "battles" USING btree ("other_room_id","phase");--> statement-breakpoint
CREATE INDEX "battles_due" ON "battles" USING btree ("due_at");--> statement-breakpoint
CREATE INDEX "battles_untold" ON "battles" USING btree ("id") WHERE "battles"."untold";--> statement-breakpoint
CREATE INDEX "sent_gifts_room_at" ON "sent_gifts" USING btree ("room_id","at");