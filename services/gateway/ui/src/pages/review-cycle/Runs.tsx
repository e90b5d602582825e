import { Alert, Button } from "@mantine/core";
import { useQuery } from "@tanstack/react-query";
import { type FormEvent, useState } from "react";
import { api, unwrap } from "~/api/client";
import { keys } from "~/api/keys";
import { relationship } from "~/api/relationships";
import type { ReviewCycle, ReviewRun } from "~/api/reviewCycles";
import { useChange } from "~/components/change";
import { DayInput } from "~/components/DayInput";
import { Pair } from "~/components/marks";
import { useFailureText } from "~/components/notices";
import { Loading } from "~/components/states";
import { useLocale, useTexts } from "~/text/locale";
import { reviews as reviewsTexts } from "~/text/reviews";
import { scorecard as scorecardTexts } from "~/text/scorecard";
import styles from "./ReviewCycle.module.css";

interface RunsProps {
  cycle: ReviewCycle;
  runs: ReviewRun[] | undefined;
  isWriter: boolean;
}

/** The runs of a cycle with what each opened and failed to open, and a button to run it now. */
export function Runs({ cycle, runs, isWriter }: RunsProps) {
  const { format } = useLocale();
  const words = useTexts(reviewsTexts);
  return (
    <section className={`panel ${styles["runs"]}`} aria-labelledby="runs">
      <h2 id="runs">{words.runs}</h2>
      <dl className={styles["when"]}>
        <div>
          <dt>{words.lastRun}</dt>
          <dd>{cycle.last_run === null ? words.noRuns : `${cycle.last_run.period.name}, ${format.day(cycle.last_run.started_at)} ${format.time(new Date(cycle.last_run.started_at))}`}</dd>
        </div>
        {cycle.next_run !== null && (
          <div>
            <dt>{words.nextRun}</dt>
            <dd>{words.next(cycle.next_run.name, format.day(cycle.next_run.opens_on))}</dd>
          </div>
        )}
      </dl>
      {isWriter && cycle.archived_at === null && <RunNow cycle={cycle} />}
      {runs === undefined && <Loading lines={3} />}
      <ul className={styles["runList"]}>
        {runs?.map((run) => <OneRun key={run.id} run={run} />)}
      </ul>
    </section>
  );
}

function OneRun({ run }: { run: ReviewRun }) {
  const { format } = useLocale();
  const scorecardWords = useTexts(scorecardTexts);
  const words = useTexts(reviewsTexts);
  const [isOpen, setOpen] = useState(false);
  return (
    <li>
      <time dateTime={run.started_at}>
        {format.day(run.started_at)} {format.time(new Date(run.started_at))}
      </time>
      <strong>{run.period.name}</strong>
      <span>
        {words.ran(run.created, run.existing, run.failed)} <span className="quiet">{words.cause[run.cause]}</span>
        {run.finished_at === null && <span className={styles["bad"]}> {words.unfinished}</span>}
      </span>
      {run.failures.length > 0 && (
        <Button size="compact-xs" variant="subtle" color="ink" aria-expanded={isOpen} onClick={() => setOpen(!isOpen)}>
          {words.failures(run.failures.length)}
        </Button>
      )}
      {isOpen && (
        <ul className={styles["failures"]}>
          {run.failures.map((failure) => (
            <li key={failure.relationship_id + failure.side}>
              <Named id={failure.relationship_id} /> <span className="quiet">{scorecardWords.side[failure.side]}</span>: {failure.reason}
            </li>
          ))}
        </ul>
      )}
    </li>
  );
}

function Named({ id }: { id: string }) {
  const record = useQuery(relationship(id)).data;
  if (record === undefined) return <span>{id}</span>;
  return <Pair provider={record.provider_name} sponsor={record.sponsor_name} />;
}

function RunNow({ cycle }: { cycle: ReviewCycle }) {
  const words = useTexts(reviewsTexts);
  const failureText = useFailureText();
  const [asOf, setAsOf] = useState(() => new Date().toISOString().slice(0, 10));
  const running = useChange({
    run: () => unwrap(api.POST("/api/v1/review-cycles/{review_cycle_id}/runs", { params: { path: { review_cycle_id: cycle.id } }, body: { as_of: asOf } })),
    invalidates: [keys.reviews],
    invalidatesAlways: true,
  });
  const run = (event: FormEvent) => {
    event.preventDefault();
    if (asOf !== "" && !running.isPending) running.mutate();
  };
  return (
    <form className={styles["runNow"]} onSubmit={run} aria-label={words.runTitle}>
      <DayInput size="xs" w={130} label={words.asOf} value={asOf} onChange={(on) => setAsOf(on ?? "")} />
      <Button type="submit" loading={running.isPending}>
        {words.runNow}
      </Button>
      <span className="quiet" role="status">
        {running.isPending ? words.running : running.data === undefined ? words.runLead : `${running.data.period.name}: ${words.ran(running.data.created, running.data.existing, running.data.failed)}`}
      </span>
      {running.error !== null && (
        <Alert color="red" variant="outline" role="alert">
          {failureText(running.error, "both")}
        </Alert>
      )}
    </form>
  );
}
