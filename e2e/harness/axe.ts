import { readFileSync } from "node:fs";
import { createRequire } from "node:module";
import type { Page } from "playwright-core";

// By the debugger: the page's content security policy keeps foreign scripts out.
const AXE = readFileSync(createRequire(import.meta.url).resolve("axe-core/axe.min.js"), "utf8");

/** Accessibility faults of a page as it is now, in each of these colour schemes; empty when there are none. */
export async function accessibilityFaults(
  page: Page,
  schemes: readonly ("light" | "dark")[] = ["light", "dark"],
): Promise<string[]> {
  await page.evaluate(AXE);
  const faults: string[] = [];
  for (const colorScheme of schemes) {
    await page.emulateMedia({ colorScheme, reducedMotion: "reduce" });
    const found = await page.evaluate(async () => {
      // The new colours are on the screen when they are judged: where a parent's come by a transition, the child's follow.
      for (let quiet = 0; quiet < 3; quiet++) {
        await new Promise(requestAnimationFrame);
        const moving = document.getAnimations().filter((animation) => animation instanceof CSSTransition);
        for (const transition of moving) transition.finish();
        if (moving.length > 0) quiet = 0;
      }
      const axe = (globalThis as unknown as { axe: typeof import("axe-core") }).axe;
      const { violations } = await axe.run(document, { resultTypes: ["violations"] });
      return violations.map(
        ({ id, nodes }) =>
          `${id}: ${nodes.map(({ target, failureSummary }) => `${target.join(" ")}: ${failureSummary}`).join("; ")}`,
      );
    });
    faults.push(...found.map((fault) => `${colorScheme}: ${fault}`));
  }
  return faults;
}

/** Pixels the page is wider than its window. */
export function sidewaysScrolling(page: Page): Promise<number> {
  return page.evaluate(() => document.documentElement.scrollWidth - window.innerWidth);
}
