import { useEffect, useState } from "react";

/**
 * How much of the window's lower end the keyboard on the screen covers, px. Where the browser makes the window smaller instead
 * (`interactive-widget=resizes-content`) it is none.
 */
export function useKeyboardInset(): number {
  const [inset, setInset] = useState(0);
  useEffect(() => {
    const viewport = window.visualViewport;
    if (!viewport) return;
    const look = () => {
      // Pinching makes the viewport smaller, too; that is no keyboard.
      const covered = viewport.scale > 1.01 ? 0 : window.innerHeight - viewport.height - viewport.offsetTop;
      setInset(Math.max(0, Math.round(covered)));
    };
    look();
    viewport.addEventListener("resize", look);
    viewport.addEventListener("scroll", look);
    return () => {
      viewport.removeEventListener("resize", look);
      viewport.removeEventListener("scroll", look);
    };
  }, []);
  return inset;
}
