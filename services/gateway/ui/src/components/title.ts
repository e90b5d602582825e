import { useEffect } from "react";

/** The page's name in the browser's tab and history. */
export function useTitle(title: string | undefined): void {
  useEffect(() => {
    if (title !== undefined) document.title = `${title} · Entente`;
  }, [title]);
}
