import { useLocale } from "~/text/locale";
import { reasonIn } from "~/text/refusalReasons";

/** Says in the reader's language why a line, or a part of a mapping, is not right. */
export function useRefusalReason(): (reason: string) => string {
  const { language } = useLocale();
  return (reason) => reasonIn(language, reason);
}
