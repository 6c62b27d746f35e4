import { type Gift, giftSchema } from "@sameroom/contract";
import { type FormEvent, useState } from "react";
import { Input, Select } from "../../ui/atoms/input.tsx";
import { Dialog } from "../../ui/molecules/dialog.tsx";
import { Field } from "../../ui/molecules/field.tsx";
import { useToast } from "../../ui/molecules/toaster.tsx";
import { messageOf } from "../api/api-error.ts";
import { checkForm, type Faults } from "../api/form-faults.ts";
import { GiftPicture } from "../gifts/gift-picture.tsx";
import { usePutGift } from "./money-queries.ts";
import { CodeField, SaleFooter } from "./sale-fields.tsx";

/** What the web app has pictures and animations for. */
const ANIMATIONS = [
  ...(["rose", "heart", "applause", "coffee"] as const),
  ...(["star", "crown", "rocket", "fireworks"] as const),
];

/** Makes a gift, or changes one. */
export function GiftDialog({ gift, onClose }: { gift: Gift | null; onClose: () => void }) {
  const [form, setForm] = useState({
    ...{ code: gift?.code ?? "", name: gift?.name ?? "", animation: gift?.animation ?? "heart" },
    ...{ price: gift === null ? "" : String(gift.price), offered: gift?.offered ?? true },
  });
  const [faults, setFaults] = useState<Faults>({});
  const put = usePutGift();
  const toast = useToast();
  const change = (changes: Partial<typeof form>) => {
    setForm({ ...form, ...changes });
    setFaults({});
  };
  const submit = (event: FormEvent) => {
    event.preventDefault();
    const checked = checkForm(giftSchema, { ...form, price: Number(form.price) });
    if (!checked.ok) return setFaults(checked.faults);
    put.mutate(checked.value, {
      onSuccess: () => {
        toast({ text: "Saved.", tone: "good" });
        onClose();
      },
      onError: (error) => toast({ text: messageOf(error), tone: "bad" }),
    });
  };
  return (
    <Dialog open title={gift === null ? "Add a gift" : `Change ${gift.name}`} onClose={onClose}>
      <form className="flex flex-col gap-4" onSubmit={submit} noValidate>
        <Field label="Name" fault={faults.name}>
          {(control) => (
            <Input
              {...control}
              value={form.name}
              maxLength={40}
              onChange={(event) => change({ name: event.target.value })}
            />
          )}
        </Field>
        {gift === null && (
          <CodeField value={form.code} fault={faults.code} onChange={(code) => change({ code })} />
        )}
        <Field label="Price in coins" fault={faults.price}>
          {(control) => (
            <Input
              {...control}
              value={form.price}
              inputMode="numeric"
              onChange={(event) => change({ price: event.target.value })}
            />
          )}
        </Field>
        <Field label="Picture and animation" fault={faults.animation}>
          {(control) => (
            <span className="flex items-center gap-3">
              <GiftPicture animation={form.animation} className="size-11 shrink-0" />
              <Select
                {...control}
                value={form.animation}
                onChange={(event) => change({ animation: event.target.value })}
              >
                {[...new Set([...ANIMATIONS, form.animation])].map((name) => (
                  <option key={name}>{name}</option>
                ))}
              </Select>
            </span>
          )}
        </Field>
        <SaleFooter
          label="Offered to viewers"
          offered={form.offered}
          busy={put.isPending}
          onChange={(offered) => change({ offered })}
          onClose={onClose}
        />
      </form>
    </Dialog>
  );
}
