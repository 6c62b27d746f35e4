import { type CoinPackage, coinPackageSchema } from "@sameroom/contract";
import { type FormEvent, useState } from "react";
import { Input } from "../../ui/atoms/input.tsx";
import { formatMoney } from "../../ui/format/money.ts";
import { Dialog } from "../../ui/molecules/dialog.tsx";
import { Field } from "../../ui/molecules/field.tsx";
import { useToast } from "../../ui/molecules/toaster.tsx";
import { messageOf } from "../api/api-error.ts";
import { checkForm, type Faults } from "../api/form-faults.ts";
import { usePutPackage } from "./money-queries.ts";
import { CodeField, SaleFooter } from "./sale-fields.tsx";

const NEW = { code: "", coins: 0, price: { amount: 0, currency: "usd" }, offered: true };
const FIELDS = [
  ["coins", "Coins", undefined],
  ["amount", "Price", "In the smallest unit of the currency: cents."],
  ["currency", "Currency", "Three letters, such as usd."],
] as const;

/** Makes a package of coins, or changes one. */
export function PackageDialog({ sold, onClose }: { sold: CoinPackage | null; onClose: () => void }) {
  const start = sold ?? NEW;
  const [form, setForm] = useState({
    ...{ code: start.code, coins: String(start.coins || ""), amount: String(start.price.amount || "") },
    ...{ currency: start.price.currency, offered: start.offered },
  });
  const [faults, setFaults] = useState<Faults>({});
  const put = usePutPackage();
  const toast = useToast();
  const change = (changes: Partial<typeof form>) => {
    setForm({ ...form, ...changes });
    setFaults({});
  };
  const checked = checkForm(coinPackageSchema, {
    ...{ code: form.code, coins: Number(form.coins), offered: form.offered },
    price: { amount: Number(form.amount), currency: form.currency },
  });
  const submit = (event: FormEvent) => {
    event.preventDefault();
    if (!checked.ok)
      return setFaults(
        Object.fromEntries(
          Object.entries(checked.faults).map(([path, fault]) => [path.replace("price.", ""), fault]),
        ),
      );
    put.mutate(checked.value, {
      onSuccess: () => {
        toast({ text: "Saved.", tone: "good" });
        onClose();
      },
      onError: (error) => toast({ text: messageOf(error), tone: "bad" }),
    });
  };
  return (
    <Dialog open title={sold === null ? "Add a package" : `Change "${sold.code}"`} onClose={onClose}>
      <form className="flex flex-col gap-4" onSubmit={submit} noValidate>
        {sold === null && (
          <CodeField value={form.code} fault={faults.code} onChange={(code) => change({ code })} />
        )}
        {FIELDS.map(([key, label, hint]) => (
          <Field
            key={key}
            label={label}
            fault={faults[key]}
            hint={
              key === "amount" && checked.ok ? `${formatMoney(checked.value.price)} on the button.` : hint
            }
          >
            {(control) => (
              <Input
                {...control}
                value={form[key]}
                inputMode={key === "currency" ? "text" : "numeric"}
                autoCapitalize="none"
                onChange={(event) => change({ [key]: event.target.value })}
              />
            )}
          </Field>
        ))}
        <SaleFooter
          label="For sale"
          offered={form.offered}
          busy={put.isPending}
          onChange={(offered) => change({ offered })}
          onClose={onClose}
        />
      </form>
    </Dialog>
  );
}
