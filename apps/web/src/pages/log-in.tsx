import { useQuery } from "@tanstack/react-query";
import { getRouteApi, Link, useRouter } from "@tanstack/react-router";
import { LogInForm } from "../features/session/log-in-form.tsx";
import { returnPath } from "../features/session/return-path.ts";
import { siteQuery } from "../features/site/site-queries.ts";
import { Doorway } from "../ui/templates/doorway.tsx";

const route = getRouteApi("/log-in");

export function LogInPage() {
  const { next } = route.useSearch();
  const router = useRouter();
  const site = useQuery(siteQuery).data;
  return (
    <Doorway
      title="Welcome back"
      lead={next ? "Log in to go on." : "Log in to go live and to be known by your name."}
      foot={
        site?.signUpOpen !== false && (
          <>
            New here?{" "}
            <Link
              to="/sign-up"
              search={next ? { next } : {}}
              className="font-semibold text-dusk underline underline-offset-4"
            >
              Create an account
            </Link>
          </>
        )
      }
    >
      <LogInForm onDone={() => router.history.push(returnPath(next))} />
    </Doorway>
  );
}
