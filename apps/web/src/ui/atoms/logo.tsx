/** The mark: one doorway, host and audience inside. */
export function LogoMark({ size = 30 }: { size?: number }) {
  return (
    <svg width={size} height={size} viewBox="0 0 32 32" aria-hidden="true">
      <path d="M4 30V16a12 12 0 0 1 24 0v14z" fill="var(--ember)" />
      <circle cx="12.6" cy="18.2" r="4.2" fill="var(--canvas)" />
      <circle cx="20.4" cy="22.2" r="3" fill="var(--canvas)" opacity="0.72" />
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
