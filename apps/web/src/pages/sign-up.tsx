import { useQuery } from "@tanstack/react-query";
import { getRouteApi, Link, useRouter } from "@tanstack/react-router";
import { returnPath } from "../features/session/return-path.ts";
import { SignUpForm } from "../features/session/sign-up-form.tsx";
import { siteQuery } from "../features/site/site-queries.ts";
import { Notice } from "../ui/molecules/notice.tsx";
import { Doorway } from "../ui/templates/doorway.tsx";

const route = getRouteApi("/sign-up");

export function SignUpPage() {
  const { next } = route.useSearch();
  const router = useRouter();
  const closed = useQuery(siteQuery).data?.signUpOpen === false;
  return (
    <Doorway
      title="Create your account"
      lead="A name and a password are enough. No email, nothing to install."
      foot={
        <>
          Have an account?{" "}
          <Link
            to="/log-in"
            search={next ? { next } : {}}
            className="font-semibold text-dusk underline underline-offset-4"
          >
            Log in
          </Link>
        </>
      }
    >
      {closed ? (
        <Notice tone="info" title="This server takes no new accounts">
          Ask the person who runs it for one. Watching needs no account.
        </Notice>
      ) : (
        <SignUpForm onDone={() => router.history.push(returnPath(next))} />
      )}
    </Doorway>
  );
}
