import type { QueryClient } from "@tanstack/react-query";
import {
  createRootRouteWithContext,
  createRoute,
  createRouter,
  lazyRouteComponent,
  redirect,
} from "@tanstack/react-router";
import { sessionQuery } from "../features/session/session-queries.ts";
import { ErrorPage } from "../pages/error.tsx";
import { NotFoundPage } from "../pages/not-found.tsx";
import { Shell } from "./shell.tsx";

interface Context {
  queries: QueryClient;
}
interface Next {
  /** Path to return to after logging in. */
  next?: string;
}
const VIEWS = ["live", "users", "workers", "gifts", "money"] as const;
const WALLET_VIEWS = ["coins", "earnings", "subscriptions", "history"] as const;

const root = createRootRouteWithContext<Context>()({ component: Shell });
const readNext = (search: Record<string, unknown>): Next =>
  typeof search.next === "string" ? { next: search.next } : {};

/** Sends whoever is not logged in to the form, and back here afterwards. */
async function needAccount({ context, location }: { context: Context; location: { href: string } }) {
  const session = await context.queries.ensureQueryData(sessionQuery);
  if (!session.account) throw redirect({ to: "/log-in", search: { next: location.href } });
}

const home = createRoute({
  getParentRoute: () => root,
  path: "/",
  component: lazyRouteComponent(() => import("../pages/home.tsx"), "HomePage"),
});
const logIn = createRoute({
  getParentRoute: () => root,
  path: "/log-in",
  validateSearch: readNext,
  component: lazyRouteComponent(() => import("../pages/log-in.tsx"), "LogInPage"),
});
const signUp = createRoute({
  getParentRoute: () => root,
  path: "/sign-up",
  validateSearch: readNext,
  component: lazyRouteComponent(() => import("../pages/sign-up.tsx"), "SignUpPage"),
});
const watch = createRoute({
  getParentRoute: () => root,
  path: "/r/$room",
  component: lazyRouteComponent(() => import("../pages/watch.tsx"), "WatchPage"),
});
const studioRooms = createRoute({
  getParentRoute: () => root,
  path: "/studio",
  beforeLoad: needAccount,
  component: lazyRouteComponent(() => import("../pages/studio-rooms.tsx"), "StudioRoomsPage"),
});
const studio = createRoute({
  getParentRoute: () => root,
  path: "/studio/$room",
  beforeLoad: needAccount,
  component: lazyRouteComponent(() => import("../pages/studio.tsx"), "StudioPage"),
});
const moderation = createRoute({
  getParentRoute: () => root,
  path: "/studio/$room/moderation",
  beforeLoad: needAccount,
  component: lazyRouteComponent(() => import("../pages/moderation.tsx"), "ModerationPage"),
});
const studioRecordings = createRoute({
  getParentRoute: () => root,
  path: "/studio/recordings",
  beforeLoad: needAccount,
  component: lazyRouteComponent(() => import("../pages/studio-recordings.tsx"), "StudioRecordingsPage"),
});
const studioSubscriptions = createRoute({
  getParentRoute: () => root,
  path: "/studio/subscriptions",
  beforeLoad: needAccount,
  component: lazyRouteComponent(() => import("../pages/studio-subscriptions.tsx"), "StudioSubscriptionsPage"),
});
const webhooks = createRoute({
  getParentRoute: () => root,
  path: "/webhooks",
  beforeLoad: needAccount,
  component: lazyRouteComponent(() => import("../pages/webhooks.tsx"), "WebhooksPage"),
});
const replay = createRoute({
  getParentRoute: () => root,
  path: "/replay/$recording",
  component: lazyRouteComponent(() => import("../pages/replay.tsx"), "ReplayPage"),
});
const wallet = createRoute({
  getParentRoute: () => root,
  path: "/wallet",
  beforeLoad: needAccount,
  validateSearch: (search): { view: (typeof WALLET_VIEWS)[number]; purchase?: string; order?: string } => ({
    view: WALLET_VIEWS.find((view) => view === search.view) ?? "coins",
    ...(typeof search.purchase === "string" ? { purchase: search.purchase } : {}),
    ...(typeof search.order === "string" ? { order: search.order } : {}),
  }),
  component: lazyRouteComponent(() => import("../pages/wallet.tsx"), "WalletPage"),
});
const sandboxCheckout = createRoute({
  getParentRoute: () => root,
  path: "/checkout/sandbox/$purchase",
  beforeLoad: needAccount,
  component: lazyRouteComponent(() => import("../pages/sandbox-checkout.tsx"), "SandboxCheckoutPage"),
});
const sandboxOrder = createRoute({
  getParentRoute: () => root,
  path: "/checkout/sandbox/subscription/$order",
  beforeLoad: needAccount,
  component: lazyRouteComponent(() => import("../pages/sandbox-order.tsx"), "SandboxOrderPage"),
});
const admin = createRoute({
  getParentRoute: () => root,
  path: "/admin",
  beforeLoad: needAccount,
  validateSearch: (search): { view: (typeof VIEWS)[number] } => ({
    view: VIEWS.find((view) => view === search.view) ?? "live",
  }),
  component: lazyRouteComponent(() => import("../pages/admin.tsx"), "AdminPage"),
});

/** The app's routes; each page is a chunk of its own, fetched when a link to it gets attention. */
export function createAppRouter(queries: QueryClient) {
  return createRouter({
    routeTree: root.addChildren([
      home,
      logIn,
      signUp,
      watch,
      replay,
      studioRooms,
      studioRecordings,
      studioSubscriptions,
      studio,
      moderation,
      wallet,
      sandboxCheckout,
      sandboxOrder,
      webhooks,
      admin,
    ]),
    context: { queries },
    defaultPreload: "intent",
    scrollRestoration: true,
    defaultNotFoundComponent: NotFoundPage,
    defaultErrorComponent: ErrorPage,
  });
}

declare module "@tanstack/react-router" {
  interface Register {
    router: ReturnType<typeof createAppRouter>;
  }
}
