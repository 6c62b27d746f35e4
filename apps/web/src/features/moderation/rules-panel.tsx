import type { ChatRules, FilterVerdict } from "@sameroom/contract";
import { useQuery } from "@tanstack/react-query";
import { useState } from "react";
import { Button } from "../../ui/atoms/button.tsx";
import { Select, Textarea } from "../../ui/atoms/input.tsx";
import { Skeleton } from "../../ui/atoms/skeleton.tsx";
import { Field } from "../../ui/molecules/field.tsx";
import { Panel } from "../../ui/molecules/panel.tsx";
import { QueryFault } from "../api/query-fault.tsx";
import { chatRulesQuery, useDeed } from "./moderation-queries.ts";

const VERDICTS: Record<FilterVerdict, string> = {
  off: "May be said",
  hold: "Waits until you have looked",
  refuse: "Is not said",
};
const LINKS: Record<ChatRules["links"], string> = {
  everybody: "Everybody may post links",
  listed: "Only links to the sites below",
  nobody: "Only the host and moderators",
};

/** What may be said in the room's chat. */
export function RulesPanel({ room }: { room: string }) {
  const rules = useQuery(chatRulesQuery(room));
  if (rules.isPending) return <Skeleton className="h-96 rounded-3xl" />;
  if (!rules.data) return <QueryFault query={rules} what="The rules" />;
  // Made anew when the rules are others: somebody else may have changed them.
  return (
    <RulesForm
      key={JSON.stringify(rules.data.rules)}
      room={room}
      saved={rules.data.rules}
      serviceAvailable={rules.data.serviceAvailable}
    />
  );
}

function RulesForm(props: { room: string; saved: ChatRules; serviceAvailable: boolean }) {
  const deed = useDeed(props.room);
  const [rules, setRules] = useState(props.saved);
  const [words, setWords] = useState(props.saved.words.join("\n"));
  const [hosts, setHosts] = useState(props.saved.linkHosts.join("\n"));
  const set = (changes: Partial<ChatRules>) => setRules((old) => ({ ...old, ...changes }));
  const verdict = (label: string, key: "profanity" | "ownWords" | "service", hint?: string) => (
    <Field label={label} hint={hint}>
      {(control) => (
        <Select
          {...control}
          value={rules[key]}
          onChange={({ target }) => set({ [key]: target.value as FilterVerdict })}
        >
          {Object.entries(VERDICTS).map(([value, text]) => (
            <option key={value} value={value}>
              {text}
            </option>
          ))}
        </Select>
      )}
    </Field>
  );
  return (
    <Panel title="Words and links">
      <form
        className="flex flex-col gap-6"
        onSubmit={(event) => {
          event.preventDefault();
          deed.mutate({
            kind: "rules",
            rules: { ...rules, words: linesOf(words), linkHosts: linesOf(hosts) },
          });
        }}
      >
        {verdict("Bad words", "profanity", "In a dozen languages, also when they are disguised.")}
        <Field label="Your own words" hint="One a line. * at an end stands for any letters: spoil*">
          {(control) => (
            <Textarea {...control} value={words} onChange={({ target }) => setWords(target.value)} />
          )}
        </Field>
        {verdict("A message with one of your words", "ownWords")}
        <Field label="Links">
          {(control) => (
            <Select
              {...control}
              value={rules.links}
              onChange={({ target }) => set({ links: target.value as ChatRules["links"] })}
            >
              {Object.entries(LINKS).map(([value, text]) => (
                <option key={value} value={value}>
                  {text}
                </option>
              ))}
            </Select>
          )}
        </Field>
        {rules.links === "listed" && (
          <Field label="Sites" hint="One a line, such as example.com; everything below it counts.">
            {(control) => (
              <Textarea {...control} value={hosts} onChange={({ target }) => setHosts(target.value)} />
            )}
          </Field>
        )}
        {props.serviceAvailable &&
          verdict(
            "What the moderation service warns of",
            "service",
            "Messages are shown to it before they are said.",
          )}
        <p className="text-sm text-ink-faint">You and your moderators are not bound by this.</p>
        <Button type="submit" variant="primary" busy={deed.isPending} className="self-start">
          Save
        </Button>
      </form>
    </Panel>
  );
}

function linesOf(text: string): string[] {
  return [...new Set(text.split("\n").map((line) => line.trim()))].filter((line) => line !== "");
}
