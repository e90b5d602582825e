import { Button, Select } from "@mantine/core";
import { useInfiniteQuery, useQuery } from "@tanstack/react-query";
import { useState } from "react";
import { useNames } from "~/api/actors";
import { api, unwrap } from "~/api/client";
import { contactNames } from "~/api/contacts";
import { type Mail, mails, mailsKey } from "~/api/mails";
import { useChange } from "~/components/change";
import { VerdictMark } from "~/components/VerdictMark";
import { Failed, Loading, State } from "~/components/states";
import { useLocale, useTexts } from "~/text/locale";
import { settings } from "~/text/settings";
import { Section } from "./Section";
import styles from "./Settings.module.css";

const STATUSES = ["waiting", "sending", "sent", "skipped", "failed"] as const;
const SIGNS = { waiting: "open", sending: "open", sent: "good", skipped: "left", failed: "bad" } as const;

/** Mail, newest first: what waits and why, what was sent, and what can be tried again. */
export function Mails() {
  const words = useTexts(settings);
  const [status, setStatus] = useState<Mail["status"] | undefined>();
  const asked = useInfiniteQuery(mails(status));
  const found = asked.data?.pages.flatMap((page) => page.items) ?? [];
  const ids = (kind: Mail["recipient_kind"]) => [...new Set(found.filter((mail) => mail.recipient_kind === kind).map((mail) => mail.recipient_id))].sort();
  const people = useNames(ids("user"));
  const contacts = useQuery(contactNames(ids("contact"))).data ?? {};
  return (
    <Section
      title={words.sections.mail}
      lead={words.mailLead}
      actions={
        <Select
          size="xs"
          w={170}
          aria-label={words.status}
          data={[{ value: "", label: words.anyStatus }, ...STATUSES.map((value) => ({ value, label: words.mailStatus[value] }))]}
          value={status ?? ""}
          allowDeselect={false}
          onChange={(chosen) => setStatus(chosen || undefined)}
        />
      }
    >
      {asked.isPending && <Loading />}
      {asked.error !== null && asked.data === undefined && <Failed error={asked.error} reset={() => void asked.refetch()} />}
      {asked.data !== undefined && found.length === 0 && <State title={words.noMail} lead={words.noMailLead} />}
      {found.length > 0 && (
        <table className={styles["table"]}>
          <thead>
            <tr>
              <th scope="col">{words.about}</th>
              <th scope="col">{words.to}</th>
              <th scope="col">{words.status}</th>
              <th scope="col">{words.when}</th>
              <th scope="col">
                <span className="unseen">{words.retry}</span>
              </th>
            </tr>
          </thead>
          <tbody>
            {found.map((mail) => (
              <OneMail key={mail.id} mail={mail} name={people[mail.recipient_id] ?? contacts[mail.recipient_id] ?? (mail.recipient_kind === "contact" ? words.aContact : "–")} />
            ))}
          </tbody>
        </table>
      )}
      {asked.hasNextPage && (
        <Button mt="sm" loading={asked.isFetchingNextPage} onClick={() => void asked.fetchNextPage()}>
          {words.more}
        </Button>
      )}
    </Section>
  );
}

function OneMail({ mail, name }: { mail: Mail; name: string }) {
  const { format } = useLocale();
  const words = useTexts(settings);
  const trying = useChange({
    run: () => unwrap(api.POST("/api/v1/mails/{mail_id}/retry", { params: { path: { mail_id: mail.id } } })),
    invalidates: [mailsKey],
    invalidatesAlways: true,
    failureNotice: "detail",
  });
  const what = words.template[mail.template];
  const notes = [
    mail.last_error,
    mail.attempts > 1 ? words.attempts(mail.attempts) : null,
    mail.status === "waiting" && mail.next_try_at !== null && Date.parse(mail.next_try_at) > Date.now() ? words.nextTry(format.moment(mail.next_try_at)) : null,
  ].filter((note) => note !== null);
  return (
    <tr>
      <td>
        <strong>{what}</strong>
      </td>
      <td data-label={words.to} className={styles["wraps"]}>{name}</td>
      <td>
        <span className={styles["mark"]}>
          <VerdictMark is={SIGNS[mail.status]} />
          {words.mailStatus[mail.status]}
        </span>
        {notes.length > 0 && <span className={styles["small"]}>{notes.join(" · ")}</span>}
      </td>
      <td>{format.moment(mail.sent_at ?? mail.created_at)}</td>
      <td className={styles["acts"]}>
        {mail.status !== "sent" && mail.status !== "sending" && (
          <Button loading={trying.isPending} aria-label={words.retryOf(what, name)} onClick={() => trying.mutate()}>
            {words.retry}
          </Button>
        )}
      </td>
    </tr>
  );
}
