import { useOs } from "@mantine/hooks";
import { useLocale } from "~/text/locale";

/** The keys that open the menu of commands, as this keyboard has them. */
export function MenuKey() {
  const { text } = useLocale();
  const os = useOs();
  return <kbd aria-hidden="true">{os === "macos" || os === "ios" ? "⌘K" : `${text.shell.control} K`}</kbd>;
}
