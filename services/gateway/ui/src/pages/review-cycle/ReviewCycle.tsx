import { Button, Select } from "@mantine/core";
import { useQuery } from "@tanstack/react-query";
import { Link, useNavigate, useParams, useSearch } from "@tanstack/react-router";
import { lazy, Suspense, useState } from "react";
import { api } from "~/api/client";
import { keys } from "~/api/keys";
import { mayWrite, useMe } from "~/api/me";
import { type ReviewCycle, reviewCycle, reviewProgress, type ReviewRun, reviewRuns } from "~/api/reviewCycles";
import { useChange } from "~/components/change";
import { useNotices } from "~/components/notices";
import { Failed, Loading, State } from "~/components/states";
import { useTitle } from "~/components/title";
import { escaped } from "~/text/escaped";
import { useTexts } from "~/text/locale";
import { reviews as reviewsTexts } from "~/text/reviews";
import { ProgressBoard } from "./ProgressBoard";
import styles from "./ReviewCycle.module.css";
import { Runs } from "./Runs";

const ReviewCycleForm = lazy(() => import("./ReviewCycleForm").then((module) => ({ default: module.ReviewCycleForm })));

export function ReviewCycle() {
  const { cycle } = useParams({ from: "/signed-in/reviews/$cycle" });
  return <OneCycle key={cycle} id={cycle} />;
}

function OneCycle({ id }: { id: string }) {
  const words = useTexts(reviewsTexts);
  const navigate = useNavigate();
  const { period } = useSearch({ from: "/signed-in/reviews/$cycle" });
  const asked = useQuery(reviewCycle(id));
  const done = useQuery(reviewProgress(id, period)).data;
  const ran = useQuery(reviewRuns(id)).data;
  const isWriter = mayWrite(useMe());
  const cycle = asked.data;
  useTitle(cycle?.name);
  if (asked.error !== null && cycle === undefined) return <Failed error={asked.error} reset={() => void asked.refetch()} />;
  if (cycle === undefined) return <Loading lines={10} />;

  const periods = periodsOf(ran ?? []);
  return (
    <>
      <div className={styles["crumbs"]}>
        <Link to="/reviews">{words.title}</Link>
      </div>
      <div className={styles["head"]}>
        <h1>{escaped(cycle.name)}</h1>
        <span className="quiet">
          {words.cadence[cycle.cadence]} · {cycle.sides.map((side) => words.sides[side]).join(", ")}
        </span>
        {isWriter && <Buttons cycle={cycle} />}
      </div>
      {cycle.archived_at !== null && <p className={styles["note"]}>{words.isArchived}</p>}
      <div className={styles["period"]}>
        <h2>{words.board}</h2>
        {periods.length > 0 && (
          <Select
            size="xs"
            w={150}
            aria-label={words.period}
            allowDeselect={false}
            data={periods.map(({ name, ends_on }) => ({ value: ends_on, label: name }))}
            value={period ?? done?.period?.ends_on ?? null}
            onChange={(chosen) => void navigate({ to: "/reviews/$cycle", params: { cycle: id }, search: { period: chosen ?? undefined }, replace: true })}
          />
        )}
      </div>
      {done === undefined && <Loading lines={4} isTall />}
      {done?.period === null && (
        <section className={`panel ${styles["none"]}`}>
          <State title={words.noCards} lead={words.noCardsLead} />
        </section>
      )}
      {done?.period != null && <ProgressBoard cycleId={id} progress={done} period={done.period} />}
      {done !== undefined && <Runs cycle={cycle} runs={ran} isWriter={isWriter} />}
    </>
  );
}

/** Each period that was opened, once, the newest first. */
function periodsOf(ran: ReviewRun[]): ReviewRun["period"][] {
  const found = new Map(ran.map(({ period }) => [period.ends_on, period]));
  return [...found.values()].sort((one, other) => other.ends_on.localeCompare(one.ends_on));
}

function Buttons({ cycle }: { cycle: ReviewCycle }) {
  const words = useTexts(reviewsTexts);
  const notices = useNotices();
  const [isEditing, setEditing] = useState(false);
  const params = { path: { review_cycle_id: cycle.id } };
  const restoring = useChange({
    run: () => api.POST("/api/v1/review-cycles/{review_cycle_id}/restoration", { params }),
    invalidates: [keys.reviews],
    onDone: () => notices.showDone(words.restored),
  });
  const archiving = useChange({
    run: () => api.DELETE("/api/v1/review-cycles/{review_cycle_id}", { params: { ...params, header: { "If-Match": `"${cycle.version}"` } } }),
    invalidates: [keys.reviews],
    onDone: () => notices.showUndo(words.archiveDone, { label: words.undo, run: () => restoring.mutate() }),
    failureNotice: "title",
  });
  return (
    <span className={styles["buttons"]}>
      <Button onClick={() => setEditing(true)}>{words.edit}</Button>
      {cycle.archived_at === null ? (
        <Button loading={archiving.isPending} onClick={() => archiving.mutate()}>
          {words.archive}
        </Button>
      ) : (
        <Button loading={restoring.isPending} onClick={() => restoring.mutate()}>
          {words.restore}
        </Button>
      )}
      <Suspense>{isEditing && <ReviewCycleForm cycle={cycle} onClose={() => setEditing(false)} />}</Suspense>
    </span>
  );
}
