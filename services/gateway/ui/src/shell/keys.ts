import { type HotkeyItem, useHotkeys, useLocalStorage } from "@mantine/hooks";

/** Keys without Ctrl or Cmd may get in the way of speech input, so that they can be turned off (WCAG 2.1.4). */
export function useSingleKeysAreOn(): [boolean, (on: boolean) => void] {
  const [on, set] = useLocalStorage({ key: "entente-single-keys", defaultValue: true, getInitialValueInEffect: false });
  return [on, set];
}

/** Hotkeys of the page, of single keys only where they are on; never while a person writes or a dialog is open. */
export function useKeys(keys: Record<string, () => void>): void {
  const [on] = useSingleKeysAreOn();
  useHotkeys(
    Object.entries(keys).map(
      ([key, act]): HotkeyItem => [
        key,
        () => {
          if ((on || key.includes("mod")) && document.querySelector("[role=dialog]") === null) act();
        },
      ],
    ),
  );
}
