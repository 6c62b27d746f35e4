import { logInSchema } from "@sameroom/contract";
import { type FormEvent, useState } from "react";
import { Button } from "../../ui/atoms/button.tsx";
import { Input } from "../../ui/atoms/input.tsx";
import { Field } from "../../ui/molecules/field.tsx";
import { Notice } from "../../ui/molecules/notice.tsx";
import { PasswordInput } from "../../ui/molecules/password-input.tsx";
import { hasCode, messageOf } from "../api/api-error.ts";
import { checkForm, type Faults } from "../api/form-faults.ts";
import { useLogIn } from "./session-queries.ts";

const FILLED = logInSchema.extend({
  username: logInSchema.shape.username.min(1, "enter your username"),
  password: logInSchema.shape.password.min(1, "enter your password"),
});

/** Name and password; `onDone` once the session is there. */
export function LogInForm({ onDone }: { onDone: () => void }) {
  const logIn = useLogIn();
  const [faults, setFaults] = useState<Faults>({});
  const submit = (event: FormEvent<HTMLFormElement>) => {
    event.preventDefault();
    const checked = checkForm(FILLED, Object.fromEntries(new FormData(event.currentTarget)));
    setFaults(checked.ok ? {} : checked.faults);
    if (checked.ok) logIn.mutate(checked.value, { onSuccess: onDone });
  };
  return (
    <form noValidate onSubmit={submit} className="flex flex-col gap-5">
      {logIn.error && (
        <Notice
          tone="bad"
          title={
            hasCode(logIn.error, "auth.bad_credentials")
              ? "That name and password do not go together."
              : messageOf(logIn.error)
          }
        >
          {hasCode(logIn.error, "auth.bad_credentials") &&
            "Check both; capital letters count in the password."}
        </Notice>
      )}
      <Field label="Username" fault={faults.username}>
        {(control) => (
          <Input
            {...control}
            name="username"
            autoComplete="username"
            autoCapitalize="none"
            spellCheck={false}
            autoFocus
          />
        )}
      </Field>
      <Field label="Password" fault={faults.password}>
        {(control) => <PasswordInput {...control} name="password" autoComplete="current-password" />}
      </Field>
      <Button type="submit" variant="primary" size="lg" busy={logIn.isPending}>
        Log in
      </Button>
    </form>
  );
}
