import { useEffect } from "react";

/** The window's title while the component is there: `Kiln opening | Sameroom`. */
export function useTitle(title: string | undefined): void {
  useEffect(() => {
    document.title = title ? `${title} | Sameroom` : "Sameroom";
    return () => {
      document.title = "Sameroom";
    };
  }, [title]);
}
