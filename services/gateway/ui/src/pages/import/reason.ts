import { useReader } from "~/text/reader";
import { reasonIn } from "~/text/reasons";

/** Says in the reader's language why a line, or a part of a mapping, is not right. */
export function useReason(): (reason: string) => string {
  const { language } = useReader();
  return (reason) => reasonIn(language, reason);
}
