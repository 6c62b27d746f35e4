/** A coin, drawn; it takes the size of its class. The number beside it says what it means. */
export function Coin({ className = "size-5" }: { className?: string }) {
  return (
    <svg viewBox="0 0 24 24" aria-hidden="true" className={`shrink-0 ${className}`}>
      <circle
        cx="12"
        cy="12"
        r="10.5"
        fill="oklch(0.8 0.15 82)"
        stroke="oklch(0.62 0.14 68)"
        strokeWidth="1.5"
      />
      <circle cx="12" cy="12" r="7" fill="none" stroke="oklch(0.69 0.15 74)" strokeWidth="1.2" />
      <path d="M8.6 15.2 12 7.6l3.4 7.6z" fill="oklch(0.58 0.15 60)" />
    </svg>
  );
}
