// Runs dependency-cruiser over the whole house (or the folder given) with the fences of .dependency-cruiser.mjs.
import { resolve } from "node:path";
import { cruise } from "dependency-cruiser";
import configuration from "../../.dependency-cruiser.mjs";
import { root } from "../root.mjs";

const house = resolve(process.argv[2] ?? root);
process.chdir(house);
const folders = ["packages", "apps", "e2e", "bench", "scripts", "testing"];
const { forbidden, options } = configuration;
const ruleSet = /** @type {import("dependency-cruiser").IFlattenedRuleSet} */ ({ forbidden });
const { output } = await cruise(folders, { ...options, ruleSet, validate: true, baseDir: house });
if (typeof output === "string") throw new Error("expected the result as an object");
const faults = output.summary.violations;
for (const { rule, from, to } of faults) console.log(`${rule.name}: ${from} -> ${to}`);
console.log(
  `${output.summary.totalCruised} modules, ${output.summary.totalDependenciesCruised} imports, ${faults.length} faults`,
);
process.exit(faults.length === 0 ? 0 : 1);
