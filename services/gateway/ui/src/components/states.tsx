import { Button } from "@mantine/core";
import { useQueryErrorResetBoundary } from "@tanstack/react-query";
import { Link, useRouter } from "@tanstack/react-router";
import { type ReactNode, useEffect } from "react";
import { NoAnswer, Problem } from "~/api/problem";
import { useLocale } from "~/text/locale";
import styles from "./states.module.css";
import { useTitle } from "./title";

/** What stands where something should be: nothing yet, still coming, or not to be had. */

interface StateProps {
  title: string;
  lead?: string;
  children?: ReactNode;
  isAlert?: boolean;
  /** It stands for the whole page, which needs a heading of its own. */
  isPage?: boolean;
}

export function State({ title, lead, children, isAlert = false, isPage = false }: StateProps) {
  const Heading = isPage ? "h1" : "h2";
  return (
    <div className={styles["state"]} role={isAlert ? "alert" : undefined}>
      <svg width="36" height="36" viewBox="0 0 36 36" aria-hidden="true" fill="none" stroke="currentColor">
        <circle cx="14" cy="18" r="9" />
        <circle cx="22" cy="18" r="9" strokeDasharray="2 3" />
      </svg>
      <Heading>{title}</Heading>
      {lead !== undefined && <p>{lead}</p>}
      {children}
    </div>
  );
}

/** Lines that breathe, but not before a quarter of a second: what is quick needs no herald. */
export function Loading({ lines = 5, isTall = false }: { lines?: number; isTall?: boolean }) {
  const { text } = useLocale();
  return (
    <div className={styles["loading"]} data-tall={isTall || undefined} role="status" aria-label={text.shell.loading}>
      {Array.from({ length: lines }, (_, line) => (
        <i key={line} style={{ width: `${92 - ((line * 37) % 45)}%` }} />
      ))}
    </div>
  );
}

export function Missing() {
  const { text } = useLocale();
  useTitle(text.shell.missing);
  return (
    <State title={text.shell.missing} lead={text.shell.missingLead} isPage>
      <Button component={Link} to="/">
        {text.shell.toPortfolio}
      </Button>
    </State>
  );
}

/** How an error is shown: missing, silent, refused, or broken here. It goes on by itself when the server answers again. */
export function Failed({ error, reset }: { error: unknown; reset?: () => void }) {
  const { text } = useLocale();
  const router = useRouter();
  const boundary = useQueryErrorResetBoundary();
  const isSilent = error instanceof NoAnswer || (error instanceof Problem && error.status >= 502);
  const again = () => {
    boundary.reset();
    reset?.();
    void router.invalidate();
  };
  useEffect(() => {
    if (!isSilent) return;
    const waiting = setInterval(again, 3_000);
    return () => clearInterval(waiting);
  });
  if (error instanceof Problem && error.status === 404) return <Missing />;
  const [title, lead] = isSilent
    ? [text.shell.noAnswer, text.shell.noAnswerLead]
    : error instanceof Problem
      ? [text.shell.failed, error.detail || text.shell.failedLead]
      : [text.shell.broken, text.shell.brokenLead];
  return (
    <State title={title} lead={lead} isAlert>
      <Button onClick={again}>{text.shell.again}</Button>
    </State>
  );
}
