import { signUpSchema } from "@sameroom/contract";
import { type FormEvent, useState } from "react";
import { Button } from "../../ui/atoms/button.tsx";
import { Input } from "../../ui/atoms/input.tsx";
import { Field } from "../../ui/molecules/field.tsx";
import { Notice } from "../../ui/molecules/notice.tsx";
import { PasswordInput } from "../../ui/molecules/password-input.tsx";
import { hasCode, messageOf } from "../api/api-error.ts";
import { checkForm, type Faults, faultsOf } from "../api/form-faults.ts";
import { useSignUp } from "./session-queries.ts";

/** A new account; `onDone` once it exists and is logged in. */
export function SignUpForm({ onDone }: { onDone: () => void }) {
  const signUp = useSignUp();
  const [faults, setFaults] = useState<Faults>({});
  const submit = (event: FormEvent<HTMLFormElement>) => {
    event.preventDefault();
    const checked = checkForm(signUpSchema, Object.fromEntries(new FormData(event.currentTarget)));
    setFaults(checked.ok ? {} : checked.faults);
    if (checked.ok)
      signUp.mutate(checked.value, { onSuccess: onDone, onError: (error) => setFaults(faultsOf(error)) });
  };
  const taken = hasCode(signUp.error, "account.name_taken");
  return (
    <form noValidate onSubmit={submit} className="flex flex-col gap-5">
      {signUp.error && !taken && Object.keys(faults).length === 0 && (
        <Notice tone="bad" title={messageOf(signUp.error)} />
      )}
      <Field label="Your name" hint="How others see you." fault={faults.displayName}>
        {(control) => <Input {...control} name="displayName" autoComplete="name" maxLength={40} autoFocus />}
      </Field>
      <Field
        label="Username"
        hint="For logging in. Letters, digits, dots, dashes, underscores."
        fault={faults.username ?? (taken ? "Somebody has this username already. Try another." : undefined)}
      >
        {(control) => (
          <Input
            {...control}
            name="username"
            autoComplete="username"
            autoCapitalize="none"
            spellCheck={false}
            maxLength={30}
          />
        )}
      </Field>
      <Field
        label="Password"
        hint="At least 8 characters. A few words are easier than symbols."
        fault={faults.password}
      >
        {(control) => (
          <PasswordInput {...control} name="password" autoComplete="new-password" maxLength={200} />
        )}
      </Field>
      <Button type="submit" variant="primary" size="lg" busy={signUp.isPending}>
        Create account
      </Button>
    </form>
  );
}
