import { Monitor, Moon, Sun } from "lucide-react";
import { useState } from "react";
import { IconButton } from "../../ui/atoms/icon-button.tsx";
import { applyTheme, readTheme, THEMES, type Theme } from "./theme.ts";

const FACES = {
  system: { icon: <Monitor size={20} />, name: "as the system" },
  light: { icon: <Sun size={20} />, name: "light" },
  dark: { icon: <Moon size={20} />, name: "dark" },
} as const satisfies Record<Theme, unknown>;

/** Goes round: as the system, light, dark. */
export function ThemeToggle() {
  const [theme, setTheme] = useState(readTheme);
  const next = THEMES[(THEMES.indexOf(theme) + 1) % THEMES.length] ?? "system";
  return (
    <IconButton
      label={`Theme: ${FACES[theme].name}. Change to ${FACES[next].name}`}
      icon={FACES[theme].icon}
      onClick={() => {
        applyTheme(next);
        setTheme(next);
      }}
    />
  );
}
