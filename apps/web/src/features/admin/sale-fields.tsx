import { Button } from "../../ui/atoms/button.tsx";
import { Input } from "../../ui/atoms/input.tsx";
import { Field } from "../../ui/molecules/field.tsx";

/** The name something has in the API. */
export function CodeField(props: {
  value: string;
  fault: string | undefined;
  onChange: (code: string) => void;
}) {
  return (
    <Field label="Code" fault={props.fault} hint="For the API: small letters, digits and dashes.">
      {(control) => (
        <Input
          {...control}
          value={props.value}
          maxLength={32}
          autoCapitalize="none"
          spellCheck={false}
          onChange={(event) => props.onChange(event.target.value)}
        />
      )}
    </Field>
  );
}

/** Whether it can be had now; and the buttons that end the form. */
export function SaleFooter(props: {
  label: string;
  offered: boolean;
  busy: boolean;
  onChange: (offered: boolean) => void;
  onClose: () => void;
}) {
  return (
    <>
      <label className="flex items-center gap-3 font-semibold">
        <input
          type="checkbox"
          checked={props.offered}
          onChange={(event) => props.onChange(event.target.checked)}
          className="size-5 accent-ember"
        />
        {props.label}
      </label>
      <div className="flex flex-wrap justify-end gap-3">
        <Button onClick={props.onClose}>Cancel</Button>
        <Button type="submit" variant="primary" busy={props.busy}>
          Save
        </Button>
      </div>
    </>
  );
}
