// @vitest-environment happy-dom
import { act, cleanup, render, screen } from "@testing-library/react";
import userEvent from "@testing-library/user-event";
import { afterEach, describe, expect, it, vi } from "vitest";
import { Toaster, useToast } from "./toaster.tsx";

afterEach(() => {
  cleanup();
  vi.useRealTimers();
});

type Show = ReturnType<typeof useToast>;

function Sample({ take }: { take: (show: Show) => void }) {
  take(useToast());
  return null;
}

function open() {
  let show: Show | undefined;
  render(
    <Toaster>
      <Sample
        take={(given) => {
          show = given;
        }}
      />
    </Toaster>,
  );
  return (...toast: Parameters<Show>) => {
    let dismiss = () => {};
    act(() => {
      dismiss = show?.(...toast) ?? dismiss;
    });
    return dismiss;
  };
}

describe("a message", () => {
  it("goes with what can be done about it, once that is done", async () => {
    const undo = vi.fn();
    open()({ text: "Deleted.", action: { label: "Undo", act: undo } });
    await userEvent.click(screen.getByRole("button", { name: "Undo" }));
    expect(undo).toHaveBeenCalledOnce();
    expect(screen.queryByText("Deleted.")).toBeNull();
  });

  it("stays as long as it says", () => {
    vi.useFakeTimers();
    open()({ text: "Deleted.", shownMs: 6_000 });
    act(() => vi.advanceTimersByTime(5_999));
    expect(screen.queryByText("Deleted.")).not.toBeNull();
    act(() => vi.advanceTimersByTime(1));
    expect(screen.queryByText("Deleted.")).toBeNull();
  });

  it("can be taken back by who showed it", () => {
    const dismiss = open()({ text: "Deleted." });
    act(dismiss);
    expect(screen.queryByText("Deleted.")).toBeNull();
  });
});
