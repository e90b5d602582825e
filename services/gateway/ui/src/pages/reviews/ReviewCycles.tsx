import { Button } from "@mantine/core";
import { useQuery } from "@tanstack/react-query";
import { Link } from "@tanstack/react-router";
import { lazy, Suspense, useState } from "react";
import { mayWrite, useMe } from "~/api/me";
import { type ReviewCycle, reviewCycles, reviewProgress } from "~/api/reviewCycles";
import { Failed, Loading, State } from "~/components/states";
import { escaped } from "~/text/escaped";
import { reviews as reviewsTexts } from "~/text/reviews";
import { useLocale, useTexts } from "~/text/locale";
import { SideProgress } from "../review-cycle/SideProgress";
import styles from "./Reviews.module.css";

const ReviewCycleForm = lazy(() => import("../review-cycle/ReviewCycleForm").then((module) => ({ default: module.ReviewCycleForm })));

/** Every cycle with the progress of its newest period. */
export function ReviewCycles() {
  const words = useTexts(reviewsTexts);
  const isWriter = mayWrite(useMe());
  const asked = useQuery(reviewCycles());
  const archived = useQuery(reviewCycles(true)).data ?? [];
  const [isMaking, setMaking] = useState(false);
  const [isArchiveShown, setArchiveShown] = useState(false);
  return (
    <section aria-labelledby="cycles">
      <div className={styles["top"]}>
        <h2 id="cycles">{words.cycles}</h2>
        {isWriter && (
          <Button variant="filled" onClick={() => setMaking(true)}>
            {words.create}
          </Button>
        )}
      </div>
      {asked.error !== null && asked.data === undefined && <Failed error={asked.error} reset={() => void asked.refetch()} />}
      {asked.isPending && <Loading lines={4} />}
      {asked.data?.length === 0 && (
        <section className="panel">
          <State title={words.noCycles} lead={`${words.noCyclesLead}${isWriter ? "" : ` ${words.noCyclesReader}`}`} />
        </section>
      )}
      <ul className={styles["cycles"]}>
        {asked.data?.map((cycle) => <OneCycle key={cycle.id} cycle={cycle} />)}
        {isArchiveShown && archived.map((cycle) => <OneCycle key={cycle.id} cycle={cycle} />)}
      </ul>
      {archived.length > 0 && (
        <Button size="compact-xs" variant="subtle" color="ink" aria-expanded={isArchiveShown} onClick={() => setArchiveShown(!isArchiveShown)}>
          {words.archived(archived.length)}
        </Button>
      )}
      <Suspense>{isMaking && <ReviewCycleForm onClose={() => setMaking(false)} />}</Suspense>
    </section>
  );
}

function OneCycle({ cycle }: { cycle: ReviewCycle }) {
  const { format } = useLocale();
  const words = useTexts(reviewsTexts);
  const done = useQuery(reviewProgress(cycle.id)).data;
  return (
    <li className={`panel ${styles["cycle"]}`}>
      <div>
        <Link to="/reviews/$cycle" params={{ cycle: cycle.id }} className={styles["name"]}>
          {escaped(cycle.name)}
        </Link>
        <p className="quiet">
          {words.cadence[cycle.cadence]} ·{" "}
          {cycle.archived_at !== null ? words.isArchived : cycle.next_run === null ? "" : words.next(cycle.next_run.name, format.day(cycle.next_run.opens_on))}
        </p>
      </div>
      <div className={styles["bars"]}>
        {done?.period === null && <span className="quiet">{words.neverRun}</span>}
        {done?.period != null && done.sides.map((side) => <SideProgress key={side.side} progress={side} period={done.period?.name} />)}
      </div>
    </li>
  );
}
