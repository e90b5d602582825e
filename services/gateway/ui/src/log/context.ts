import { createContext, use } from "react";

/** Opens the log, for a relationship if one is given, else for the one at hand. */
export type OpenLog = (relationshipId?: string) => void;

export const LogContext = createContext<OpenLog | null>(null);

/** Null where who is signed in may not log. */
export function useLog(): OpenLog | null {
  return use(LogContext);
}
