import { type ReactNode, useId } from "react";

export interface FieldControlProps {
  id: string;
  "aria-describedby": string | undefined;
  "aria-invalid": true | undefined;
}
export interface FieldProps {
  label: string;
  hint?: ReactNode;
  /** What is wrong, said so that it can be put right. */
  fault?: string | undefined;
  /** Shown at the label's right, for example a counter. */
  aside?: ReactNode;
  /** Gets the properties that tie label, hint and fault to the control. */
  children: (control: FieldControlProps) => ReactNode;
}

/** A labelled form control with its hint and its fault. */
export function Field({ label, hint, fault, aside, children }: FieldProps) {
  const id = useId();
  const described = [fault && `${id}-fault`, hint && `${id}-hint`].filter(Boolean).join(" ");
  return (
    <div className="flex flex-col gap-1.5">
      <div className="flex items-baseline justify-between gap-3 text-sm">
        <label htmlFor={id} className="font-semibold text-ink">
          {label}
        </label>
        {aside && <span className="text-ink-faint tabular">{aside}</span>}
      </div>
      {children({ id, "aria-describedby": described || undefined, "aria-invalid": fault ? true : undefined })}
      {fault && (
        <p id={`${id}-fault`} className="text-sm font-medium text-bad">
          {fault}
        </p>
      )}
      {hint && (
        <p id={`${id}-hint`} className="text-sm text-ink-faint">
          {hint}
        </p>
      )}
    </div>
  );
}
