/** `system` follows the operating system. */
export type Theme = "system" | "light" | "dark";
export const THEMES = ["system", "light", "dark"] as const;

/** Also read by `public/theme.js`, which runs before the first paint. */
const STORAGE_KEY = "sameroom.theme";

/** The remembered choice; `system` when there is none or storage is blocked. */
export function readTheme(): Theme {
  try {
    const stored = localStorage.getItem(STORAGE_KEY);
    return stored === "light" || stored === "dark" ? stored : "system";
  } catch {
    return "system";
  }
}

/** Shows a theme and remembers it. */
export function applyTheme(theme: Theme): void {
  if (theme === "system") delete document.documentElement.dataset.theme;
  else document.documentElement.dataset.theme = theme;
  try {
    if (theme === "system") localStorage.removeItem(STORAGE_KEY);
    else localStorage.setItem(STORAGE_KEY, theme);
  } catch {
    // Shown for this visit only.
  }
}
