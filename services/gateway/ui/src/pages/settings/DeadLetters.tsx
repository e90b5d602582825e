import { Button, SegmentedControl } from "@mantine/core";
import { useInfiniteQuery, useQueries, useQuery } from "@tanstack/react-query";
import { useNavigate, useSearch } from "@tanstack/react-router";
import { useState } from "react";
import type { Schemas } from "~/api/client";
import { deadLetter, deadLetters, deadLettersKey, resolveDeadLetter } from "~/api/deadLetters";
import { Problem } from "~/api/problem";
import { SERVICES } from "~/api/serviceNames";
import { health, type ServiceName } from "~/api/services";
import { useChange } from "~/components/change";
import { useNotices } from "~/components/notices";
import { Failed, Loading, State } from "~/components/states";
import { useLocale, useTexts } from "~/text/locale";
import { nameOf, settings } from "~/text/settings";
import { Section } from "./Section";
import styles from "./Settings.module.css";

/** Records that a service could not apply, with reason and content, to be applied again or set aside. */
export function DeadLetters() {
  const words = useTexts(settings);
  const navigate = useNavigate();
  const [isSetAside, setSetAside] = useState(false);
  const healths = useQueries({ queries: SERVICES.map(health) });
  const waiting = (at: number) => healths[at]?.data?.dead_letters ?? 0;
  const { service: asked } = useSearch({ from: "/signed-in/settings/$section" });
  // Without a service in the address, the first that has dead letters.
  const service = asked ?? SERVICES.find((_, at) => waiting(at) > 0) ?? "accounts";
  return (
    <Section title={words.sections["dead-letters"]} lead={words.deadLead}>
      <div className={styles["choices"]}>
        <SegmentedControl
          size="xs"
          aria-label={words.service}
          value={service}
          data={SERVICES.map((value, at) => ({ value, label: waiting(at) > 0 ? `${nameOf(value)} ${waiting(at)}` : nameOf(value) }))}
          onChange={(chosen) => void navigate({ to: "/settings/$section", params: { section: "dead-letters" }, search: { service: chosen }, replace: true })}
        />
        <SegmentedControl
          size="xs"
          aria-label={words.status}
          value={isSetAside ? "aside" : "waiting"}
          data={[{ value: "waiting", label: words.waiting }, { value: "aside", label: words.setAside }]}
          onChange={(chosen) => setSetAside(chosen === "aside")}
        />
      </div>
      <Letters key={`${service} ${isSetAside}`} service={service} isSetAside={isSetAside} />
    </Section>
  );
}

function Letters({ service, isSetAside }: { service: ServiceName; isSetAside: boolean }) {
  const words = useTexts(settings);
  const asked = useInfiniteQuery(deadLetters(service, isSetAside));
  const letters = asked.data?.pages.flatMap((page) => page.items) ?? [];
  return (
    <>
      {asked.isPending && <Loading lines={3} />}
      {asked.error !== null && asked.data === undefined && <Failed error={asked.error} reset={() => void asked.refetch()} />}
      {asked.data !== undefined && letters.length === 0 && <State title={words.noDead} lead={isSetAside ? undefined : words.noDeadLead} />}
      <ul className={styles["letters"]}>
        {letters.map((letter) => (
          <Letter key={letter.id} service={service} letter={letter} />
        ))}
      </ul>
      {asked.hasNextPage && (
        <Button mt="sm" loading={asked.isFetchingNextPage} onClick={() => void asked.fetchNextPage()}>
          {words.more}
        </Button>
      )}
    </>
  );
}

function Letter({ service, letter }: { service: ServiceName; letter: Schemas["DeadLetterOut"] }) {
  const { format } = useLocale();
  const notices = useNotices();
  const words = useTexts(settings);
  const [isOpen, setOpen] = useState(false);
  const invalidates = [deadLettersKey(service), health(service).queryKey];
  const takingBack = useChange({ run: () => resolveDeadLetter(service, letter.id, "restoration"), invalidates, failureNotice: "detail" });
  const acting = useChange({
    run: (act: "redrive" | "discard" | "restoration") => resolveDeadLetter(service, letter.id, act),
    invalidates,
    onDone: (_, act) => {
      if (act === "redrive") notices.showDone(words.applied);
      if (act === "discard") notices.showUndo(words.discarded, { label: words.undo, run: () => takingBack.mutate() });
    },
    // That it still cannot be applied is shown beside the letter.
    onFailure: (error) => isStillBroken(error) || notices.showFailure(error, "detail"),
  });
  const isAside = letter.settled_at !== null;
  return (
    <li className="panel">
      <p className={styles["reason"]}>{letter.reason}</p>
      <p className={styles["small"]}>
        {words.location(letter.topic, letter.partition, letter.offset)} · {format.moment(letter.dead_at)}
      </p>
      {isStillBroken(acting.error) && (
        <p role="alert" className={styles["bad"]}>
          {words.still} {acting.error.detail}
        </p>
      )}
      <div className={styles["letterActs"]}>
        {isAside ? (
          <Button loading={acting.isPending} onClick={() => acting.mutate("restoration")}>
            {words.restore}
          </Button>
        ) : (
          <>
            <Button loading={acting.isPending && acting.variables === "redrive"} onClick={() => acting.mutate("redrive")}>
              {words.applyAgain}
            </Button>
            <Button loading={acting.isPending && acting.variables === "discard"} onClick={() => acting.mutate("discard")}>
              {words.discard}
            </Button>
          </>
        )}
        <Button variant="subtle" color="ink" aria-expanded={isOpen} onClick={() => setOpen(!isOpen)}>
          {words.record}
        </Button>
      </div>
      {isOpen && <Bytes service={service} id={letter.id} />}
    </li>
  );
}

function isStillBroken(error: unknown): error is Problem {
  return error instanceof Problem && error.slug === "dead-letter-still-broken";
}

function Bytes({ service, id }: { service: ServiceName; id: string }) {
  const words = useTexts(settings);
  const asked = useQuery(deadLetter(service, id));
  if (asked.error !== null) return <Failed error={asked.error} reset={() => void asked.refetch()} />;
  if (asked.data === undefined) return <Loading lines={4} />;
  return (
    <>
      <p className={styles["small"]}>
        {words.key}: {asked.data.key}
      </p>
      <pre className={styles["bytes"]} tabIndex={0} role="region" aria-label={words.record}>
        {indented(asked.data.value ?? "")}
      </pre>
    </>
  );
}

/** Indented JSON; anything else unchanged. */
function indented(value: string): string {
  try {
    return JSON.stringify(JSON.parse(value), null, 2);
  } catch {
    return value;
  }
}
