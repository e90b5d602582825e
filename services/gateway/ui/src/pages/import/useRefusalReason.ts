import { useLocale } from "~/text/locale";
import { reasonIn } from "~/text/refusalReasons";

/** Gives the reason why a line, or a part of a mapping, is refused in the user's language. */
export function useRefusalReason(): (reason: string) => string {
  const { language } = useLocale();
  return (reason) => reasonIn(language, reason);
}
