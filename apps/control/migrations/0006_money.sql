CREATE TABLE "coin_packages" (
	"code" text PRIMARY KEY NOT NULL,
	"coins" integer NOT NULL,
	"amount" integer NOT NULL,
	"currency" text NOT NULL,
	"offered" boolean NOT NULL
);
--> statement-breakpoint
CREATE TABLE "gifts" (
	"code" text PRIMARY KEY NOT NULL,
	"name" text NOT NULL,
	"animation" text NOT NULL,
	"price" integer NOT NULL,
	"offered" boolean NOT NULL
);
--> statement-breakpoint
CREATE TABLE "ledger_accounts" (
	"id" text PRIMARY KEY NOT NULL,
	"balance" bigint,
	CONSTRAINT "ledger_accounts_never_negative" CHECK ("ledger_accounts"."balance" >= 0),
	CONSTRAINT "ledger_accounts_house" CHECK (("ledger_accounts"."balance" is null) = ("ledger_accounts"."id" like 'house:%'))
);
--> statement-breakpoint
CREATE TABLE "ledger_postings" (
	"transfer_id" uuid NOT NULL,
	"account_id" text NOT NULL,
	"points" bigint NOT NULL,
	"balance_after" bigint,
	"sequence" bigint GENERATED ALWAYS AS IDENTITY (sequence name "ledger_postings_sequence_seq" INCREMENT BY 1 MINVALUE 1 MAXVALUE 9223372036854775807 START WITH 1 CACHE 1),
	CONSTRAINT "ledger_postings_transfer_id_account_id_pk" PRIMARY KEY("transfer_id","account_id"),
	CONSTRAINT "ledger_postings_something" CHECK ("ledger_postings"."points" <> 0)
);
--> statement-breakpoint
CREATE TABLE "ledger_transfers" (
	"id" uuid PRIMARY KEY NOT NULL,
	"key" text NOT NULL,
	"kind" text NOT NULL,
	"memo" text NOT NULL,
	"at" timestamp (3) with time zone NOT NULL,
	CONSTRAINT "ledger_transfers_key_unique" UNIQUE("key")
);
--> statement-breakpoint
CREATE TABLE "payouts" (
	"id" uuid PRIMARY KEY NOT NULL,
	"account_id" uuid NOT NULL,
	"state" text NOT NULL,
	"points" bigint NOT NULL,
	"amount" integer NOT NULL,
	"currency" text NOT NULL,
	"destination" text NOT NULL,
	"note" text NOT NULL,
	"created_at" timestamp (3) with time zone NOT NULL,
	"settled_at" timestamp (3) with time zone,
	"settled_by" uuid
);
--> statement-breakpoint
CREATE TABLE "purchases" (
	"id" uuid PRIMARY KEY NOT NULL,
	"account_id" uuid NOT NULL,
	"provider" text NOT NULL,
	"state" text NOT NULL,
	"coins" integer NOT NULL,
	"amount" integer NOT NULL,
	"currency" text NOT NULL,
	"reference" text,
	"payment" text,
	"checkout_url" text,
	"refunded_amount" integer DEFAULT 0 NOT NULL,
	"reversed_points" bigint DEFAULT 0 NOT NULL,
	"created_at" timestamp (3) with time zone NOT NULL
);
--> statement-breakpoint
CREATE TABLE "sent_gifts" (
	"transfer_id" uuid PRIMARY KEY NOT NULL,
	"room_id" uuid NOT NULL,
	"broadcast_id" uuid,
	"sender_id" uuid NOT NULL,
	"receiver_id" uuid NOT NULL,
	"client_id" uuid NOT NULL,
	"actor" jsonb NOT NULL,
	"gift" text NOT NULL,
	"name" text NOT NULL,
	"animation" text NOT NULL,
	"price" integer NOT NULL,
	"count" integer NOT NULL,
	"earned_points" bigint NOT NULL,
	"combo_id" uuid NOT NULL,
	"combo_count" integer NOT NULL,
	"at" timestamp (3) with time zone NOT NULL,
	"capture_unix_ms" double precision,
	"sequence" integer
);
--> statement-breakpoint
ALTER TABLE "ledger_postings" ADD CONSTRAINT "ledger_postings_transfer_id_ledger_transfers_id_fk" FOREIGN KEY ("transfer_id") REFERENCES "public"."ledger_transfers"("id") ON DELETE no action ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "ledger_postings" ADD CONSTRAINT "ledger_postings_account_id_ledger_accounts_id_fk" FOREIGN KEY ("account_id") REFERENCES "public"."ledger_accounts"("id") ON DELETE no action ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "payouts" ADD CONSTRAINT "payouts_account_id_accounts_id_fk" FOREIGN KEY ("account_id") REFERENCES "public"."accounts"("id") ON DELETE no action ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "payouts" ADD CONSTRAINT "payouts_settled_by_accounts_id_fk" FOREIGN KEY ("settled_by") REFERENCES "public"."accounts"("id") ON DELETE no action ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "purchases" ADD CONSTRAINT "purchases_account_id_accounts_id_fk" FOREIGN KEY ("account_id") REFERENCES "public"."accounts"("id") ON DELETE no action ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "sent_gifts" ADD CONSTRAINT "sent_gifts_transfer_id_ledger_transfers_id_fk" FOREIGN KEY ("transfer_id") REFERENCES "public"."ledger_transfers"("id") ON DELETE no action ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "sent_gifts" ADD CONSTRAINT "sent_gifts_room_id_rooms_id_fk" FOREIGN KEY ("room_id") REFERENCES "public"."rooms"("id") ON DELETE cascade ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "sent_gifts" ADD CONSTRAINT "sent_gifts_sender_id_accounts_id_fk" FOREIGN KEY ("sender_id") REFERENCES "public"."accounts"("id") ON DELETE no action ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "sent_gifts" ADD CONSTRAINT "sent_gifts_receiver_id_accounts_id_fk" FOREIGN KEY ("receiver_id") REFERENCES "public"."accounts"("id") ON DELETE no action ON UPDATE no action;--> statement-breakpoint
CREATE INDEX "ledger_postings_account" ON "ledger_postings" USING btree ("account_id","sequence");--> statement-breakpoint
CREATE INDEX "payouts_account" ON "payouts" USING btree ("account_id","created_at");--> statement-breakpoint
CREATE INDEX "payouts_state" ON "payouts" USING btree ("state","created_at");--> statement-breakpoint
CREATE INDEX "purchases_account" ON "purchases" USING btree ("account_id","created_at");--> statement-breakpoint
CREATE INDEX "purchases_created" ON "purchases" USING btree ("created_at");--> statement-breakpoint
CREATE UNIQUE INDEX "purchases_payment" ON "purchases" USING btree ("provider","payment") WHERE "purchases"."payment" is not null;--> statement-breakpoint
CREATE INDEX "sent_gifts_room" ON "sent_gifts" USING btree ("room_id","broadcast_id");--> statement-breakpoint
CREATE INDEX "sent_gifts_combo" ON "sent_gifts" USING btree ("sender_id","at");--> statement-breakpoint
CREATE INDEX "sent_gifts_receiver" ON "sent_gifts" USING btree ("receiver_id","at");--> statement-breakpoint
CREATE INDEX "sent_gifts_untold" ON "sent_gifts" USING btree ("at") WHERE "sent_gifts"."sequence" is null;
--> statement-breakpoint
CREATE FUNCTION "ledger_refuse_change"() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
	RAISE EXCEPTION 'the ledger is append-only';
END $$;
--> statement-breakpoint
CREATE TRIGGER "ledger_transfers_append_only" BEFORE UPDATE OR DELETE OR TRUNCATE ON "ledger_transfers" FOR EACH STATEMENT EXECUTE FUNCTION "ledger_refuse_change"();
--> statement-breakpoint
CREATE TRIGGER "ledger_postings_append_only" BEFORE UPDATE OR DELETE OR TRUNCATE ON "ledger_postings" FOR EACH STATEMENT EXECUTE FUNCTION "ledger_refuse_change"();
--> statement-breakpoint
CREATE FUNCTION "ledger_check_sums"() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
	IF EXISTS (SELECT 1 FROM "added" GROUP BY "transfer_id" HAVING sum("points") <> 0) THEN
		RAISE EXCEPTION 'the postings of a transfer must sum to zero';
	END IF;
	RETURN NULL;
END $$;
--> statement-breakpoint
CREATE TRIGGER "ledger_postings_sum_to_zero" AFTER INSERT ON "ledger_postings" REFERENCING NEW TABLE AS "added" FOR EACH STATEMENT EXECUTE FUNCTION "ledger_check_sums"();
--> statement-breakpoint
INSERT INTO "ledger_accounts" ("id") VALUES ('house:issued'), ('house:commission'), ('house:payouts'), ('house:paid-out'), ('house:shortfall');
--> statement-breakpoint
INSERT INTO "coin_packages" ("code", "coins", "amount", "currency", "offered") VALUES
	('pocket', 100, 149, 'usd', true),
	('handful', 500, 699, 'usd', true),
	('purse', 1000, 1299, 'usd', true),
	('chest', 5000, 5999, 'usd', true),
	('vault', 10000, 10999, 'usd', true);
--> statement-breakpoint
INSERT INTO "gifts" ("code", "name", "animation", "price", "offered") VALUES
	('rose', 'Rose', 'rose', 1, true),
	('heart', 'Heart', 'heart', 5, true),
	('applause', 'Applause', 'star', 10, true),
	('coffee', 'Coffee', 'heart', 50, true),
	('star', 'Shooting star', 'star', 100, true),
	('crown', 'Crown', 'crown', 500, true),
	('rocket', 'Rocket', 'rocket', 1000, true),
	('fireworks', 'Fireworks', 'fireworks', 5000, true);
