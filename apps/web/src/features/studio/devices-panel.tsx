import type { DeviceChoice } from "@sameroom/client";
import { Select } from "../../ui/atoms/input.tsx";
import { Kbd } from "../../ui/atoms/kbd.tsx";
import { LevelMeter } from "../../ui/atoms/level-meter.tsx";
import { Field } from "../../ui/molecules/field.tsx";
import { Panel } from "../../ui/molecules/panel.tsx";
import type { CaptureState } from "./capture-state.ts";
import { useLevel } from "./use-capture.ts";
import type { StudioActions } from "./use-studio-actions.ts";

/** Which camera, which microphone, and whether the microphone hears anything. */
export function DevicesPanel(props: {
  state: CaptureState;
  microphone: MediaStreamTrack | null;
  actions: StudioActions;
}) {
  return (
    <Panel title="Camera and microphone">
      <div className="flex flex-col gap-4">
        <DeviceChoices {...props} />
        <p className="hidden items-center gap-2 text-sm text-ink-faint lg:flex">
          <Kbd>M</Kbd> mute <Kbd>V</Kbd> camera <Kbd>S</Kbd> screen
        </p>
      </div>
    </Panel>
  );
}

/** The devices, to choose from, with the microphone's level. */
export function DeviceChoices(props: {
  state: CaptureState;
  microphone: MediaStreamTrack | null;
  actions: Pick<StudioActions, "chooseCamera" | "chooseMicrophone">;
}) {
  const { state, actions } = props;
  return (
    <div className="flex flex-col gap-4">
      <Field label="Camera">
        {(control) => (
          <DeviceSelect
            {...control}
            choices={state.devices.cameras}
            value={state.camera.deviceId}
            onChange={actions.chooseCamera}
          />
        )}
      </Field>
      <Field label="Microphone">
        {(control) => (
          <DeviceSelect
            {...control}
            choices={state.devices.microphones}
            value={state.microphone.deviceId}
            onChange={actions.chooseMicrophone}
          />
        )}
      </Field>
      <Level track={props.microphone} muted={state.muted} />
    </div>
  );
}

function Level({ track, muted }: { track: MediaStreamTrack | null; muted: boolean }) {
  const level = useLevel(track);
  return <LevelMeter level={level} muted={muted || !track} />;
}

function DeviceSelect(props: {
  id: string;
  "aria-describedby": string | undefined;
  "aria-invalid": true | undefined;
  choices: readonly DeviceChoice[];
  value: string | null;
  onChange: (id: string) => void;
}) {
  const { choices, value, onChange, ...control } = props;
  const known = choices.some((choice) => choice.id === value);
  return (
    <Select
      {...control}
      value={known ? (value ?? "") : ""}
      disabled={choices.length === 0}
      onChange={(event) => onChange(event.target.value)}
    >
      {!known && (
        <option value="" disabled>
          {choices.length === 0 ? "None found" : "Choose one"}
        </option>
      )}
      {choices.map((choice) => (
        <option key={choice.id} value={choice.id}>
          {choice.label}
        </option>
      ))}
    </Select>
  );
}
