import type { PublicationHealth } from "@sameroom/client";

export interface HealthWords {
  tone: "good" | "warn" | "bad";
  headline: string;
  /** What the host can do, if anything. */
  advice: string;
}

/** How the upload is doing, in words a host can act on: the worst cause first. */
export function healthWords(health: PublicationHealth): HealthWords {
  const tone = health.verdict === "good" ? "good" : health.verdict === "fair" ? "warn" : "bad";
  if (health.verdict === "good")
    return { tone, headline: "Your stream looks good", advice: "Nothing to do." };
  if (health.bitrate < 20_000) {
    return { tone, headline: "Nothing goes out", advice: "Check your network; we keep trying." };
  }
  if ((health.lossRatio ?? 0) > 0.05) {
    return {
      tone,
      headline: "Your network loses data",
      advice: "Move closer to the router, or use a cable instead of Wi-Fi.",
    };
  }
  if (health.limitedBy === "cpu") {
    return {
      tone,
      headline: "This computer is at its limit",
      advice: "Close other programs and tabs, or pick a smaller picture.",
    };
  }
  if (health.limitedBy === "bandwidth") {
    return {
      tone,
      headline: "Your upload is too slow for full quality",
      advice: "Stop other uploads. Viewers get a smaller picture meanwhile.",
    };
  }
  if ((health.roundTripMs ?? 0) > 300) {
    return { tone, headline: "The way to the server is long", advice: "A wired connection or no VPN helps." };
  }
  return {
    tone,
    headline: health.verdict === "fair" ? "Your stream could be smoother" : "Viewers see a poor picture",
    advice: "Watch the numbers; if they do not recover, restart the camera.",
  };
}
