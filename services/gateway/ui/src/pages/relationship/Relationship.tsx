import "@mantine/dates/styles.css";
import { Button } from "@mantine/core";
import { DatePickerInput, DatesProvider } from "@mantine/dates";
import "dayjs/locale/de";
import { useQuery } from "@tanstack/react-query";
import { Link, useNavigate, useParams, useSearch } from "@tanstack/react-router";
import { lazy, Suspense, useState } from "react";
import { useNames } from "~/api/actors";
import { perceptionGaps, relationship, standing, tier, tierHistory } from "~/api/relationships";
import { ratingWorth } from "~/api/tierPolicies";
import { daysLate } from "~/components/days";
import { Person } from "~/components/marks";
import { Failed, Loading } from "~/components/states";
import { useTitle } from "~/components/title";
import { LogButton } from "~/log/LogButton";
import { escaped } from "~/text/escaped";
import { packs } from "~/text/packs";
import { useLocale, useTexts } from "~/text/locale";
import { Answers } from "./Answers";
import { Engagements } from "./Engagements";
import { Ladder } from "./Ladder";
import styles from "./Relationship.module.css";
import { Perceptions } from "./Perceptions";
import { ScoreChart } from "./ScoreChart";
import { Timeline } from "./Timeline";

const PackDialog = lazy(() => import("./PackDialog").then((module) => ({ default: module.PackDialog })));

export function Relationship() {
  const { id } = useParams({ from: "/signed-in/relationships/$id" });
  return <OneRelationship key={id} id={id} />;
}

function OneRelationship({ id }: { id: string }) {
  const { text, format, language } = useLocale();
  const navigate = useNavigate();
  const search = useSearch({ from: "/signed-in/relationships/$id" });
  const record = useQuery(relationship(id));
  const reading = useQuery(tier(id, search.as_of));
  const history = useQuery(tierHistory(id));
  const stands = useQuery(standing(id)).data;
  // Waited for, so that nothing is pushed down when it comes.
  const isPerceived = ![useQuery(perceptionGaps(id)), useQuery(ratingWorth)].some((asked) => asked.isPending);
  const words = useTexts(packs);
  const [isPackAsked, setPackAsked] = useState(false);
  const owner = useNames([record.data?.owner_id])[record.data?.owner_id ?? ""];
  useTitle(record.data?.provider_name);

  const error = record.error ?? reading.error ?? history.error;
  if (error !== null && (record.data ?? reading.data ?? history.data) === undefined) {
    return <Failed error={error} reset={() => void Promise.all([record.refetch(), reading.refetch(), history.refetch()])} />;
  }
  if (record.data === undefined || reading.data === undefined || history.data === undefined || !isPerceived) return <Loading lines={14} />;

  const today = history.data.to;
  const showDay = (on: string | null) =>
    void navigate({ to: "/relationships/$id", params: { id }, search: { ...search, as_of: on === null || on >= today ? undefined : on }, replace: true });
  const { team } = record.data;
  const [provider, sponsor] = [escaped(record.data.provider_name), escaped(record.data.sponsor_name)];
  const isOverdue = stands?.next_touch_due_on != null && stands.next_touch_due_on < today;
  return (
    <>
      <div className={styles["top"]}>
        <div className={styles["crumbs"]}>
          <Link to="/">{text.portfolio.title}</Link> / {sponsor}
        </div>
        <div className={styles["room"]}>
          <DatesProvider settings={{ locale: language, firstDayOfWeek: 1 }}>
            <DatePickerInput
              size="xs"
              value={search.as_of ?? null}
              placeholder={`${text.relationship.asOf} ${text.relationship.asOfToday}`}
              valueFormat={`[${text.relationship.asOf}] D MMM YYYY`}
              clearable
              clearButtonProps={{ "aria-label": text.relationship.backToToday }}
              minDate={history.data.from}
              maxDate={today}
              onChange={showDay}
              w={168}
            />
          </DatesProvider>
          <Button onClick={() => setPackAsked(true)}>{words.open}</Button>
          <LogButton relationshipId={id} />
        </div>
      </div>
      <div className={styles["head"]}>
        <h1>
          {provider} <span>{text.vocabulary.forSponsor}</span> {sponsor}
        </h1>
        <span className={styles["chip"]}>
          <Person name={owner} />
          {team.length > 0 && <span className="quiet">{text.relationship.team(team.length)}</span>}
        </span>
        {stands !== undefined && (
          <span className={styles["chip"]}>
            {stands.last_contact_on === null
              ? text.relationship.noContact
              : text.relationship.contact(text.relationship.daysAgo(Math.max(0, daysLate(stands.last_contact_on, today))))}
          </span>
        )}
        {stands?.next_touch_due_on != null && (
          <span className={styles["chip"]} data-is={isOverdue ? "bad" : undefined}>
            {(isOverdue ? text.relationship.contactOverdue : text.relationship.nextContact)(format.day(stands.next_touch_due_on))}
          </span>
        )}
        {record.data.visibility === "restricted" && (
          <span className={styles["chip"]} data-is="warn">
            {text.vocabulary.restricted}
          </span>
        )}
      </div>
      {search.as_of !== undefined && (
        <div className={styles["asOf"]} role="status">
          {text.relationship.asOfNote(format.longDay(search.as_of))}
          <Button onClick={() => showDay(null)}>{text.relationship.backToToday}</Button>
        </div>
      )}
      {isPackAsked && (
        <Suspense>
          <PackDialog id={id} today={today} onClose={() => setPackAsked(false)} />
        </Suspense>
      )}
      <Answers id={id} reading={reading.data} history={history.data} />
      <div className={styles["two"]}>
        <ScoreChart id={id} history={history.data} asOf={search.as_of} onDay={showDay} />
        <Ladder id={id} asOf={search.as_of} />
      </div>
      <Perceptions id={id} provider={provider} sponsor={sponsor} />
      <div className={styles["two"]}>
        <Timeline id={id} kind={search.kind} />
        <div className={styles["side"]}>
          <Engagements id={id} />
        </div>
      </div>
    </>
  );
}
