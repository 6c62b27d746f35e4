import { Eye, EyeOff } from "lucide-react";
import { type ComponentProps, useState } from "react";
import { Input } from "../atoms/input.tsx";

export interface PasswordInputProps extends Omit<ComponentProps<"input">, "type"> {
  /** What is hidden, as the eye's label names it; default: `password`. */
  what?: string;
}

/** A secret, hidden until the eye is pressed. */
export function PasswordInput({ what = "password", ...props }: PasswordInputProps) {
  const [shown, setShown] = useState(false);
  return (
    <div className="relative">
      <Input
        {...props}
        type={shown ? "text" : "password"}
        autoCapitalize="none"
        spellCheck={false}
        className="pr-12"
      />
      <button
        type="button"
        aria-label={`${shown ? "Hide" : "Show"} ${what}`}
        aria-pressed={shown}
        onClick={() => setShown(!shown)}
        className="absolute inset-y-0 right-0 flex w-11 items-center justify-center rounded-xl text-ink-soft hover:text-ink"
      >
        {shown ? <EyeOff size={18} /> : <Eye size={18} />}
      </button>
    </div>
  );
}
