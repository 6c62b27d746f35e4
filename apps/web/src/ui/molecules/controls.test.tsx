// @vitest-environment happy-dom
import { cleanup, render, screen } from "@testing-library/react";
import userEvent from "@testing-library/user-event";
import { useState } from "react";
import { afterEach, describe, expect, it } from "vitest";
import { Button } from "../atoms/button.tsx";
import { useHotkeys } from "../hooks/use-hotkeys.ts";
import { ConfirmDialog } from "./confirm-dialog.tsx";
import { Field } from "./field.tsx";
import { Menu } from "./menu.tsx";
import { PasswordInput } from "./password-input.tsx";
import { Tabs } from "./tabs.tsx";

afterEach(cleanup);

const tabs = [
  { key: "a", label: "Rooms" },
  { key: "b", label: "Users" },
] as const;
function TabSample() {
  const [current, setCurrent] = useState<"a" | "b">("a");
  return (
    <Tabs label="Admin" tabs={tabs} current={current} onChange={setCurrent}>
      panel {current}
    </Tabs>
  );
}

function KeySample({ onMute }: { onMute: () => void }) {
  useHotkeys({ m: onMute, " ": onMute });
  return (
    <>
      <input aria-label="Title" />
      <button type="button">Share</button>
    </>
  );
}

describe("a field", () => {
  it("ties its label, its hint and its fault to the control", () => {
    render(
      <Field label="Title" hint="Short is good." fault="Too long.">
        {(control) => <input {...control} />}
      </Field>,
    );
    const input = screen.getByLabelText("Title");
    expect(input.getAttribute("aria-invalid")).toBe("true");
    const described = (input.getAttribute("aria-describedby") ?? "").split(" ");
    expect(described.map((id) => document.getElementById(id)?.textContent)).toEqual([
      "Too long.",
      "Short is good.",
    ]);
  });
});

describe("a password", () => {
  it("is hidden until asked for", async () => {
    render(<PasswordInput aria-label="Password" />);
    const input = screen.getByLabelText("Password");
    expect(input.getAttribute("type")).toBe("password");
    await userEvent.click(screen.getByRole("button", { name: "Show password" }));
    expect(input.getAttribute("type")).toBe("text");
  });

  it("is called what it is", () => {
    render(<PasswordInput aria-label="Stream key" what="stream key" />);
    expect(screen.getByRole("button", { name: "Show stream key" })).toBeTruthy();
  });
});

describe("a busy button", () => {
  it("refuses a second click", async () => {
    let clicks = 0;
    render(
      <Button
        busy
        onClick={() => {
          clicks += 1;
        }}
      >
        Save
      </Button>,
    );
    await userEvent.click(screen.getByRole("button", { name: "Save" }));
    expect(clicks).toBe(0);
  });
});

describe("tabs", () => {
  it("move with the arrow keys and take the focus along", async () => {
    render(<TabSample />);
    screen.getByRole("tab", { name: "Rooms" }).focus();
    await userEvent.keyboard("{ArrowLeft}");
    const users = screen.getByRole("tab", { name: "Users" });
    expect(users.getAttribute("aria-selected")).toBe("true");
    expect(document.activeElement).toBe(users);
    expect(screen.getByRole("tabpanel").textContent).toBe("panel b");
  });
});

describe("a menu", () => {
  it("closes with Escape and gives the focus back", async () => {
    render(
      <Menu label="Account" trigger="ML">
        {() => <button type="button">Log out</button>}
      </Menu>,
    );
    const trigger = screen.getByRole("button", { name: "Account" });
    await userEvent.click(trigger);
    screen.getByText("Log out").focus();
    await userEvent.keyboard("{Escape}");
    expect(screen.queryByText("Log out")).toBeNull();
    expect(document.activeElement).toBe(trigger);
  });
});

describe("a confirmation", () => {
  it("does the deed only when told so", async () => {
    const told: string[] = [];
    render(
      <ConfirmDialog
        open
        title="End the show?"
        confirm="End the show"
        onConfirm={() => told.push("confirm")}
        onCancel={() => told.push("cancel")}
      >
        Everybody sees it.
      </ConfirmDialog>,
    );
    await userEvent.click(screen.getByText("Cancel"));
    expect(told).toEqual(["cancel"]);
    await userEvent.click(screen.getByRole("button", { name: "End the show" }));
    expect(told).toEqual(["cancel", "confirm"]);
  });
});

describe("page-wide keys", () => {
  it("work on the page, but not while somebody types, uses a chord or presses a button with Space", async () => {
    let muted = 0;
    render(
      <KeySample
        onMute={() => {
          muted += 1;
        }}
      />,
    );
    await userEvent.keyboard("m");
    expect(muted).toBe(1);
    await userEvent.type(screen.getByLabelText("Title"), "mmm");
    expect(muted).toBe(1);
    screen.getByRole("button").focus();
    await userEvent.keyboard(" ");
    expect(muted).toBe(1);
    await userEvent.keyboard("{Control>}m{/Control}");
    expect(muted).toBe(1);
    await userEvent.keyboard("m");
    expect(muted).toBe(2);
  });
});
