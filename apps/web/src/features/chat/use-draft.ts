import { useCallback, useState } from "react";

/** What somebody typed in a room and did not send yet: still there when the page comes back, for as long as the tab lives. */
export function useDraft(room: string): [string, (text: string) => void] {
  const key = `sameroom.draft.${room}`;
  const [text, setText] = useState(() => read(key));
  const change = useCallback(
    (next: string) => {
      setText(next);
      write(key, next);
    },
    [key],
  );
  return [text, change];
}

function read(key: string): string {
  try {
    return sessionStorage.getItem(key) ?? "";
  } catch {
    // Storage may be forbidden; then a draft lives as long as the page.
    return "";
  }
}

function write(key: string, text: string): void {
  try {
    if (text) sessionStorage.setItem(key, text);
    else sessionStorage.removeItem(key);
  } catch {
    // As above.
  }
}
