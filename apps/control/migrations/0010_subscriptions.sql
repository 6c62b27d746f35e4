CREATE TABLE "subscription_orders" (
	"id" uuid PRIMARY KEY NOT NULL,
	"kind" text NOT NULL,
	"state" text NOT NULL,
	"buyer_id" uuid NOT NULL,
	"channel_id" uuid NOT NULL,
	"room_id" uuid,
	"level" integer NOT NULL,
	"tier_name" text NOT NULL,
	"amount" integer NOT NULL,
	"currency" text NOT NULL,
	"months" integer NOT NULL,
	"recipients" jsonb NOT NULL,
	"provider" text NOT NULL,
	"reference" text,
	"subscription" text,
	"checkout_url" text,
	"renews" boolean NOT NULL,
	"created_at" timestamp (3) with time zone NOT NULL,
	"started_at" timestamp (3) with time zone,
	"ends_at" timestamp (3) with time zone
);
--> statement-breakpoint
CREATE TABLE "subscription_payments" (
	"id" uuid PRIMARY KEY NOT NULL,
	"order_id" uuid NOT NULL,
	"key" text NOT NULL,
	"kind" text NOT NULL,
	"payment" text NOT NULL,
	"amount" integer NOT NULL,
	"currency" text NOT NULL,
	"points" bigint NOT NULL,
	"earned_points" bigint NOT NULL,
	"refunded_amount" integer DEFAULT 0 NOT NULL,
	"reversed_points" bigint DEFAULT 0 NOT NULL,
	"at" timestamp (3) with time zone NOT NULL,
	"told_at" timestamp (3) with time zone,
	CONSTRAINT "subscription_payments_key_unique" UNIQUE("key")
);
--> statement-breakpoint
CREATE TABLE "subscription_periods" (
	"payment_id" uuid NOT NULL,
	"order_id" uuid NOT NULL,
	"account_id" uuid NOT NULL,
	"channel_id" uuid NOT NULL,
	"starts_at" timestamp (3) with time zone NOT NULL,
	"ends_at" timestamp (3) with time zone NOT NULL,
	"closed" boolean DEFAULT false NOT NULL,
	CONSTRAINT "subscription_periods_payment_id_account_id_starts_at_pk" PRIMARY KEY("payment_id","account_id","starts_at")
);
--> statement-breakpoint
CREATE TABLE "subscription_tiers" (
	"channel_id" uuid NOT NULL,
	"level" integer NOT NULL,
	"name" text NOT NULL,
	"perks" text NOT NULL,
	"amount" integer NOT NULL,
	"currency" text NOT NULL,
	"offered" boolean NOT NULL,
	CONSTRAINT "subscription_tiers_channel_id_level_pk" PRIMARY KEY("channel_id","level")
);
--> statement-breakpoint
ALTER TABLE "subscription_orders" ADD CONSTRAINT "subscription_orders_buyer_id_accounts_id_fk" FOREIGN KEY ("buyer_id") REFERENCES "public"."accounts"("id") ON DELETE no action ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "subscription_orders" ADD CONSTRAINT "subscription_orders_channel_id_accounts_id_fk" FOREIGN KEY ("channel_id") REFERENCES "public"."accounts"("id") ON DELETE no action ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "subscription_orders" ADD CONSTRAINT "subscription_orders_room_id_rooms_id_fk" FOREIGN KEY ("room_id") REFERENCES "public"."rooms"("id") ON DELETE set null ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "subscription_payments" ADD CONSTRAINT "subscription_payments_order_id_subscription_orders_id_fk" FOREIGN KEY ("order_id") REFERENCES "public"."subscription_orders"("id") ON DELETE no action ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "subscription_periods" ADD CONSTRAINT "subscription_periods_payment_id_subscription_payments_id_fk" FOREIGN KEY ("payment_id") REFERENCES "public"."subscription_payments"("id") ON DELETE no action ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "subscription_periods" ADD CONSTRAINT "subscription_periods_order_id_subscription_orders_id_fk" FOREIGN KEY ("order_id") REFERENCES "public"."subscription_orders"("id") ON DELETE no action ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "subscription_periods" ADD CONSTRAINT "subscription_periods_account_id_accounts_id_fk" FOREIGN KEY ("account_id") REFERENCES "public"."accounts"("id") ON DELETE no action ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "subscription_periods" ADD CONSTRAINT "subscription_periods_channel_id_accounts_id_fk" FOREIGN KEY ("channel_id") REFERENCES "public"."accounts"("id") ON DELETE no action ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "subscription_tiers" ADD CONSTRAINT "subscription_tiers_channel_id_accounts_id_fk" FOREIGN KEY ("channel_id") REFERENCES "public"."accounts"("id") ON DELETE cascade ON UPDATE no action;--> statement-breakpoint
CREATE INDEX "subscription_orders_buyer" ON "subscription_orders" USING btree ("buyer_id","created_at");--> statement-breakpoint
CREATE INDEX "subscription_orders_due" ON "subscription_orders" USING btree ("ends_at") WHERE "subscription_orders"."state" = 'active';--> statement-breakpoint
CREATE INDEX "subscription_orders_subscription" ON "subscription_orders" USING btree ("provider","subscription");--> statement-breakpoint
CREATE INDEX "subscription_payments_order" ON "subscription_payments" USING btree ("order_id","at");--> statement-breakpoint
CREATE INDEX "subscription_payments_at" ON "subscription_payments" USING btree ("at");--> statement-breakpoint
CREATE UNIQUE INDEX "subscription_payments_payment" ON "subscription_payments" USING btree ("payment");--> statement-breakpoint
CREATE INDEX "subscription_payments_untold" ON "subscription_payments" USING btree ("at") WHERE "subscription_payments"."told_at" is null;--> statement-breakpoint
CREATE INDEX "subscription_periods_of" ON "subscription_periods" USING btree ("channel_id","account_id","ends_at");--> statement-breakpoint
CREATE INDEX "subscription_periods_account" ON "subscription_periods" USING btree ("account_id","ends_at");--> statement-breakpoint
CREATE INDEX "subscription_periods_open" ON "subscription_periods" USING btree ("ends_at") WHERE not "subscription_periods"."closed";