import { useQuery } from "@tanstack/react-query";
import { Link, useLocation } from "@tanstack/react-router";
import { Gem } from "lucide-react";
import { type ReactNode, useEffect } from "react";
import { Announcement } from "../../ui/atoms/announcement.tsx";
import { buttonClass } from "../../ui/atoms/button.tsx";
import { Page } from "../../ui/templates/page.tsx";
import { useAccount } from "../session/session-queries.ts";
import { SubscribePanel } from "./subscribe-panel.tsx";
import { offerQuery } from "./subscription-queries.ts";

const LOOK_AGAIN_MS = 10_000;

/**
 * Stands where a show is that only subscribers watch: what it is, and the way in. `onUnlocked`: the caller subscribes by now, also
 * because somebody gave it to them.
 */
export function SubscribersOnly(props: {
  room: string;
  title: string;
  owner: string;
  /** What it is at the moment: on air, a replay. */
  state: string;
  picture: ReactNode;
  onUnlocked: () => void;
}) {
  const { room, title, owner, onUnlocked } = props;
  const offer = useQuery({ ...offerQuery(room), refetchInterval: LOOK_AGAIN_MS }).data;
  const account = useAccount();
  const { href } = useLocation();
  const isIn = offer !== undefined && offer.yours !== null;
  // biome-ignore lint/correctness/useExhaustiveDependencies: once is enough
  useEffect(() => {
    if (isIn) onUnlocked();
  }, [isIn]);
  return (
    <Page>
      <Announcement text={`${title} is for subscribers of ${owner}.`} />
      <section className="relative overflow-hidden rounded-[2rem] bg-stage text-white">
        {props.picture}
        <div className="absolute inset-0 bg-[oklch(0.14_0.03_320/0.82)] md:bg-transparent md:bg-[linear-gradient(100deg,oklch(0.14_0.03_320/0.94)_45%,oklch(0.14_0.03_320/0.2))]" />
        <div className="relative flex max-w-2xl animate-rise flex-col items-start gap-5 px-6 py-14 sm:px-12 sm:py-16">
          <p className="flex items-center gap-2 text-sm font-semibold text-white/85">
            <Gem size={16} aria-hidden="true" /> For subscribers · {props.state}
          </p>
          <h1 className="text-4xl font-bold leading-[1.05] [overflow-wrap:anywhere] sm:text-5xl">{title}</h1>
          <p className="text-lg text-white/90">
            {offer?.tiers.length === 0
              ? `Only subscribers of ${owner} can watch, and there is no subscription on sale at the moment.`
              : `Only subscribers of ${owner} can watch. Subscribe, and you are in at once.`}
          </p>
          <div className="flex flex-wrap gap-3">
            {!account && (
              <Link to="/log-in" search={{ next: href }} className={buttonClass("glass", "lg")}>
                Log in
              </Link>
            )}
            <Link to="/" className={buttonClass("glass", "lg")}>
              See who else is live
            </Link>
          </div>
        </div>
      </section>
      {offer !== undefined && offer.tiers.length > 0 && (
        <section aria-labelledby="subscribe" className="mx-auto mt-8 max-w-lg">
          <h2 id="subscribe" className="mb-4 text-2xl font-bold">
            Support {offer.channel.name}
          </h2>
          <SubscribePanel room={room} offer={offer} people={[]} />
        </section>
      )}
    </Page>
  );
}
