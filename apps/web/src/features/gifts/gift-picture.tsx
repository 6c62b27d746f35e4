import type { ReactNode } from "react";

/** Drawn on 48 x 48; a gift whose animation is not known here is a wrapped box. */
const PICTURES: Record<string, ReactNode> = {
  rose: (
    <>
      <path d="M24 44c0-9 1-14 0-20" stroke="#3f8f5b" strokeWidth="3" fill="none" strokeLinecap="round" />
      <path d="M24 36c-6 0-9-3-10-7 6 0 9 2 10 7zm0-3c5 0 8-2 9-6-5 0-8 2-9 6z" fill="#4caf6e" />
      <path
        d="M24 26c-7 0-11-4-11-10 0-3 2-6 4-7 1 2 3 3 4 3 0-3 2-6 5-7 2 2 4 4 4 7 2 0 3-1 4-2 1 2 2 4 2 6 0 6-5 10-12 10z"
        fill="#e5445f"
      />
      <path d="M24 22c-3 0-6-2-6-5 2 1 4 1 6 0 2 1 4 1 6 0 0 3-3 5-6 5z" fill="#b92745" />
    </>
  ),
  heart: (
    <>
      <path d="M24 42C11 33 5 26 5 18a9 9 0 0 1 19-5 9 9 0 0 1 19 5c0 8-6 15-19 24z" fill="#f0506e" />
      <path
        d="M11 18c0-4 2-6 5-6"
        stroke="#fff"
        strokeWidth="3"
        fill="none"
        strokeLinecap="round"
        opacity="0.8"
      />
    </>
  ),
  applause: (
    <>
      <path
        d="M37 5v6m-8-4 3 5m12-3-4 4"
        stroke="#f8b62d"
        strokeWidth="3"
        fill="none"
        strokeLinecap="round"
      />
      <path
        d="M18 33 27 15c1-2 4-1 4 1l-2 8 8-8c2-2 5 0 3 3l-5 7 5-3c3-1 5 1 3 4L34 40c-5 5-11 5-15 1-2-2-2-5-1-8z"
        fill="#e09a6b"
      />
      <path
        d="M6 32 17 14c1-2 4-1 4 1l-3 8 8-8c2-2 5 0 3 3l-5 7 6-4c3-1 5 1 3 4L22 39c-5 5-12 5-16 1-2-2-2-5 0-8z"
        fill="#f3b58a"
      />
    </>
  ),
  coffee: (
    <>
      <path
        d="M17 14c-3-3 3-5 0-9m7 9c-3-3 3-5 0-9m7 9c-3-3 3-5 0-9"
        stroke="#b9a79a"
        strokeWidth="2.5"
        fill="none"
        strokeLinecap="round"
      />
      <path d="M35 22h3a6 6 0 0 1 0 12h-4" stroke="#c9573c" strokeWidth="3.5" fill="none" />
      <path d="M9 19h27v14a8 8 0 0 1-8 8H17a8 8 0 0 1-8-8z" fill="#e5764f" />
      <path d="M9 19h27v4H9z" fill="#5b3a29" />
      <path d="M6 42h34v3H6z" fill="#c9573c" />
    </>
  ),
  star: (
    <>
      <path
        d="m24 5 5.6 12.2 13.3 1.5-9.9 9 2.8 13.1L24 34.2l-11.8 6.6L15 27.7l-9.9-9 13.3-1.5z"
        fill="#f8b62d"
      />
      <path d="m24 5 5.6 12.2L24 34.2z" fill="#ffd46b" />
    </>
  ),
  crown: (
    <>
      <path d="M6 36V14l10 9 8-14 8 14 10-9v22z" fill="#f8b62d" />
      <path d="M6 36h36v5H6z" fill="#d98f14" />
      <circle cx="24" cy="28" r="4" fill="#e5445f" />
      <circle cx="13" cy="30" r="2.5" fill="#7c5cd6" />
      <circle cx="35" cy="30" r="2.5" fill="#7c5cd6" />
    </>
  ),
  rocket: (
    <>
      <path d="M24 3c8 6 11 14 9 26H15C13 17 16 9 24 3z" fill="#eef0f6" />
      <path d="M24 3c8 6 11 14 9 26h-9z" fill="#cfd4e3" />
      <circle cx="24" cy="17" r="4.5" fill="#4f7fd9" />
      <path d="M15 22 8 31l8-2zm18 0 7 9-8-2z" fill="#e5445f" />
      <path d="M19 31h10c0 6-3 11-5 14-2-3-5-8-5-14z" fill="#f8a12d" />
    </>
  ),
  fireworks: (
    <g strokeWidth="3" strokeLinecap="round">
      <path d="M24 24V7m0 17v17m0-17h17m-17 0H7" stroke="#f0506e" />
      <path d="m24 24 12-12M24 24 12 36m12-12 12 12M24 24 12 12" stroke="#7c5cd6" />
      <circle cx="24" cy="24" r="4" fill="#f8b62d" />
    </g>
  ),
};
const BOX = (
  <>
    <path d="M7 20h34v22H7z" fill="#7c5cd6" />
    <path d="M5 13h38v8H5z" fill="#9a7ff0" />
    <path d="M21 13h6v29h-6z" fill="#f8b62d" />
    <path d="M24 13c-8 0-11-8-6-9 3-1 6 4 6 9zm0 0c8 0 11-8 6-9-3-1-6 4-6 9z" fill="#f8b62d" />
  </>
);

/** A gift, drawn. Decoration: its name stands beside it. */
export function GiftPicture({ animation, className }: { animation: string; className?: string }) {
  return (
    <svg viewBox="0 0 48 48" aria-hidden="true" className={className}>
      {PICTURES[animation] ?? BOX}
    </svg>
  );
}
