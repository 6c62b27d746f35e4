import "./app/styles.css";
import { QueryClientProvider } from "@tanstack/react-query";
import { RouterProvider } from "@tanstack/react-router";
import { StrictMode } from "react";
import { createRoot } from "react-dom/client";
import { createQueryClient } from "./app/query-client.ts";
import { createAppRouter } from "./app/router.tsx";
import { createSdkLoader, SdkProvider } from "./features/sdk/sdk.tsx";
import { Toaster } from "./ui/molecules/toaster.tsx";

const queries = createQueryClient();
const router = createAppRouter(queries);
const sdk = createSdkLoader();

const element = document.getElementById("root");
if (element) {
  createRoot(element).render(
    <StrictMode>
      <QueryClientProvider client={queries}>
        <SdkProvider loader={sdk}>
          <Toaster>
            <RouterProvider router={router} />
          </Toaster>
        </SdkProvider>
      </QueryClientProvider>
    </StrictMode>,
  );
}
