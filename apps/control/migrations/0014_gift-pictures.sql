-- Each gift of the first catalogue has a picture of its own; what admins have chosen since stays.
UPDATE "gifts" SET "animation" = 'applause' WHERE "code" = 'applause' AND "animation" = 'star';--> statement-breakpoint
UPDATE "gifts" SET "animation" = 'coffee' WHERE "code" = 'coffee' AND "animation" = 'heart';
