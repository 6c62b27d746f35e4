import type { SameroomClient } from "@sameroom/client";
import { createContext, type ReactNode, use } from "react";

/** The SDK, fetched when it is first wanted: a page that only reads need not wait for it. */
export interface SdkLoader {
  load(): Promise<SameroomClient>;
}

/** Makes the loader; every call of `load` gives the one client of this page. */
export function createSdkLoader(): SdkLoader {
  let client: Promise<SameroomClient> | undefined;
  return {
    load() {
      client ??= import("@sameroom/client")
        .then(({ createClient }) => createClient())
        .catch((error: unknown) => {
          client = undefined;
          throw error;
        });
      return client;
    },
  };
}

const SdkContext = createContext<SdkLoader | null>(null);

export function SdkProvider({ loader, children }: { loader: SdkLoader; children: ReactNode }) {
  return <SdkContext value={loader}>{children}</SdkContext>;
}

/** The loader, for those who may never need the client. */
export function useSdkLoader(): SdkLoader {
  const loader = use(SdkContext);
  if (!loader) throw new Error("SdkProvider is missing above this component");
  return loader;
}

/** The client; suspends until it is there. */
export function useClient(): SameroomClient {
  return use(useSdkLoader().load());
}
