/** Says a change to screen readers, politely, without showing it. */
export function Announcement({ text }: { text: string }) {
  return (
    <div aria-live="polite" aria-atomic="true" className="sr-only">
      {text}
    </div>
  );
}
