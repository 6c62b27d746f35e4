const HOST = "M3 29V15a8.5 8.5 0 0 1 17 0v14z";
const AUDIENCE = "M15 29V21a7 7 0 0 1 14 0v8z";

/** The mark: two doorways that share a room. */
export function LogoMark({ size = 30 }: { size?: number }) {
  return (
    <svg width={size} height={size} viewBox="0 0 32 32" aria-hidden="true">
      <path d={AUDIENCE} fill="var(--dusk)" />
      <path d={HOST} fill="var(--ember)" />
      <path d="M15 29V21a7 7 0 0 1 5-6.71V29z" fill="var(--canvas)" />
    </svg>
  );
}

/** The mark with the name beside it. */
export function Logo() {
  return (
    <span className="inline-flex items-center gap-2 font-display text-[1.35rem] font-bold tracking-tight text-ink">
      <LogoMark />
      sameroom
    </span>
  );
}
