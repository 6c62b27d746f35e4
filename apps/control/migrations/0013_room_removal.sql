ALTER TABLE "rooms" ADD COLUMN "deleted_at" timestamp (3) with time zone;--> statement-breakpoint
ALTER TABLE "rooms" ADD COLUMN "former_slug" text;--> statement-breakpoint
CREATE INDEX "rooms_former_slug" ON "rooms" USING btree ("former_slug");