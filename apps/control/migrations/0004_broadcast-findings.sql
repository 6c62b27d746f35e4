CREATE TABLE "broadcast_findings" (
	"broadcast_id" uuid NOT NULL,
	"code" text NOT NULL,
	"severity" text NOT NULL,
	"repaired" boolean NOT NULL,
	"values" jsonb NOT NULL,
	"first_at" timestamp (3) with time zone NOT NULL,
	"last_at" timestamp (3) with time zone,
	"times" integer NOT NULL,
	CONSTRAINT "broadcast_findings_broadcast_id_code_pk" PRIMARY KEY("broadcast_id","code")
);
--> statement-breakpoint
ALTER TABLE "broadcast_findings" ADD CONSTRAINT "broadcast_findings_broadcast_id_broadcasts_id_fk" FOREIGN KEY ("broadcast_id") REFERENCES "public"."broadcasts"("id") ON DELETE cascade ON UPDATE no action;