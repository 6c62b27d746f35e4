/** A program that sells subscriptions and renews them until it is killed: `DATA_DIR`. */
import { openTestEmbedded } from "../../db/embedded.fixture.ts";
import { renewMonths } from "./renew-months.fixture.ts";

const [dataDir = ""] = process.argv.slice(2);
const database = await openTestEmbedded(dataDir);
await renewMonths(database.orm, { months: 600, tell: (line) => process.stdout.write(`${line}\n`) });
