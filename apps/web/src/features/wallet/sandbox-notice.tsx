import { Notice } from "../../ui/molecules/notice.tsx";

/** Says that this server sells what costs nothing. */
export function SandboxNotice() {
  return (
    <Notice tone="warn" title="Sandbox: no money moves">
      This server has no payment provider set up. What is sold is for trying things out; nobody pays and
      nothing is worth anything.
    </Notice>
  );
}
