import { Button, PasswordInput } from "@mantine/core";
import { useQuery } from "@tanstack/react-query";
import { useState } from "react";
import { api, type Schemas } from "~/api/client";
import { PASSWORD_MIN_CHARACTERS } from "~/api/limits";
import { useMe } from "~/api/me";
import { Problem } from "~/api/problem";
import { sessions } from "~/api/sessions";
import { useChange } from "~/components/change";
import { useFailureText, useNotices } from "~/components/notices";
import { Failed, Loading } from "~/components/states";
import { useLocale, useTexts } from "~/text/locale";
import { settings } from "~/text/settings";
import { describeUserAgent } from "./userAgent";
import { Section } from "./Section";
import styles from "./Settings.module.css";

/** The user's own sessions and password. */
export function OwnSignIn() {
  const me = useMe();
  return (
    <>
      <Sessions />
      {me?.kind === "person" && <Password />}
    </>
  );
}

function Sessions() {
  const words = useTexts(settings);
  const notices = useNotices();
  const asked = useQuery(sessions);
  const others = (asked.data ?? []).filter((session) => !session.is_this);
  const ending = useChange({
    run: async (ended: Schemas["SessionOut"][]) => {
      for (const { id } of ended) await api.DELETE("/api/v1/sessions/{session_id}", { params: { path: { session_id: id } } });
    },
    invalidates: [sessions.queryKey],
    invalidatesAlways: true, // some may have ended before one failed
    onDone: (_, ended) => notices.showDone(words.ended(ended.length)),
    failureNotice: "detail",
  });
  return (
    <Section
      title={words.sessions}
      lead={words.sessionsLead}
      actions={
        others.length > 1 && (
          <Button loading={ending.isPending} onClick={() => ending.mutate(others)}>
            {words.endOthers}
          </Button>
        )
      }
    >
      {asked.isPending && <Loading lines={3} />}
      {asked.error !== null && asked.data === undefined && <Failed error={asked.error} reset={() => void asked.refetch()} />}
      <ul className={styles["list"]}>
        {[...(asked.data ?? [])].sort((one, other) => Number(other.is_this) - Number(one.is_this)).map((session) => (
          <Session key={session.id} session={session} end={() => ending.mutate([session])} isBusy={ending.isPending} />
        ))}
      </ul>
    </Section>
  );
}

function Session({ session, end, isBusy }: { session: Schemas["SessionOut"]; end: () => void; isBusy: boolean }) {
  const { format } = useLocale();
  const words = useTexts(settings);
  const found = describeUserAgent(session.agent);
  const agent = found === null ? words.unknownAgent : found.system === null ? found.program : `${found.program} ${words.on} ${found.system}`;
  return (
    <li>
      <div>
        <strong>{agent.charAt(0).toUpperCase() + agent.slice(1)}</strong> {session.is_this && <span className={styles["chip"]}>{words.thisOne}</span>}
        <span className={styles["small"]}>
          {session.address} · {words.since(format.moment(session.created_at))}
          {!session.is_this && ` · ${words.lastSeen(format.ago(session.seen_at))}`}
        </span>
      </div>
      {!session.is_this && (
        <Button disabled={isBusy} aria-label={words.endOf(agent)} onClick={end}>
          {words.end}
        </Button>
      )}
    </li>
  );
}

function Password() {
  const words = useTexts(settings);
  const notices = useNotices();
  const failureText = useFailureText();
  const [present, setPresent] = useState("");
  const [fresh, setFresh] = useState("");
  const changing = useChange({
    run: () => api.POST("/api/v1/me/password", { body: { present, new: fresh } }),
    invalidates: [sessions.queryKey],
    onDone: () => {
      setPresent("");
      setFresh("");
      notices.showDone(words.changed);
    },
  });
  const fields = changing.error instanceof Problem ? changing.error.fields : {};
  const isElsewhere = changing.error !== null && Object.keys(fields).length === 0;
  return (
    <Section title={words.password} lead={words.passwordLead(PASSWORD_MIN_CHARACTERS)}>
      <form
        className={styles["passwordForm"]}
        onSubmit={(event) => {
          event.preventDefault();
          if (!changing.isPending) changing.mutate();
        }}
      >
        <PasswordInput label={words.present} autoComplete="current-password" required withAsterisk={false} value={present} error={fields["present"]} onChange={(event) => setPresent(event.currentTarget.value)} />
        <PasswordInput label={words.fresh} autoComplete="new-password" required withAsterisk={false} minLength={PASSWORD_MIN_CHARACTERS} value={fresh} error={fields["new"]} onChange={(event) => setFresh(event.currentTarget.value)} />
        <Button type="submit" loading={changing.isPending}>
          {words.change}
        </Button>
        {isElsewhere && <p role="alert" className={styles["bad"]}>{failureText(changing.error, "detail")}</p>}
      </form>
    </Section>
  );
}
