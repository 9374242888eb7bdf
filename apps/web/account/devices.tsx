// The devices that are signed in, and the way out of all of them.
import { useEffect, useState } from "preact/hooks";
import { asProblem } from "../shared/api";
import type { Problem } from "../shared/api";
import { dayInWords, dayOf } from "../shared/format";
import { useSpeech } from "../shared/language";
import { getDevices, signDeviceOut, signOutEverywhere } from "./requests";
import type { Device } from "./requests";

interface Props {
  timezone: string;
  onSignedOut: () => void;
  onProblem: (problem: Problem | null) => void;
}

export function Devices({ timezone, onSignedOut, onProblem }: Props) {
  const { language, words } = useSpeech();
  const [devices, setDevices] = useState<Device[]>([]);
  useEffect(() => {
    // Without the list the rest of the page is of use all the same.
    getDevices().then(setDevices, () => undefined);
  }, []);
  const attempt = (act: Promise<unknown>, then: () => void): void => {
    onProblem(null);
    act.then(then, (error: unknown) => onProblem(asProblem(error)));
  };
  return (
    <details class="sheet">
      <summary>{words.devicesTitle}</summary>
      <ul data-testid="devices">
        {devices.map((one) => (
          <li key={one.id}>
            {one.device || words.unknownDevice} – {dayInWords(dayOf(one.created, timezone), language)}{" "}
            {one.is_current ? (
              <strong>{words.thisDevice}</strong>
            ) : (
              <button
                type="button"
                class="button quiet-button"
                onClick={() =>
                  attempt(signDeviceOut(one.id), () => setDevices(devices.filter(({ id }) => id !== one.id)))
                }
              >
                {words.signOut}
              </button>
            )}
          </li>
        ))}
      </ul>
      <button
        type="button"
        class="button quiet-button"
        data-testid="sign-out-everywhere"
        onClick={() => attempt(signOutEverywhere(), onSignedOut)}
      >
        {words.signOutEverywhere}
      </button>
    </details>
  );
}
