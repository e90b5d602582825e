import { Button, TextInput } from "@mantine/core";
import { useQuery } from "@tanstack/react-query";
import { useRef, useState } from "react";
import { api, unwrap } from "~/api/client";
import { useMe } from "~/api/me";
import { type User, users } from "~/api/users";
import { useChange } from "~/components/change";
import { Person } from "~/components/marks";
import { useNotices } from "~/components/notices";
import { Failed, Loading } from "~/components/states";
import { useKeys } from "~/shell/keys";
import { folded } from "~/text/folded";
import { useLocale, useTexts } from "~/text/locale";
import { settings } from "~/text/settings";
import { Section } from "./Section";
import { PersonDialog } from "./PersonDialog";
import styles from "./Settings.module.css";

/** People who may sign in, then those who are disabled. */
export function People() {
  const words = useTexts(settings);
  const field = useRef<HTMLInputElement>(null);
  const [typed, setTyped] = useState("");
  const [editing, setEditing] = useState<User | "new" | null>(null);
  const asked = useQuery(users);
  const wanted = folded(typed);
  const found = (asked.data ?? [])
    .filter(({ name, email }) => folded(`${name} ${email}`).includes(wanted))
    .sort((one, other) => Number(one.disabled_at !== null) - Number(other.disabled_at !== null) || one.name.localeCompare(other.name));
  useKeys({ "/": () => field.current?.focus() });
  return (
    <Section
      title={words.people}
      lead={words.peopleLead}
      actions={
        <>
          <TextInput
            ref={field}
            size="xs"
            aria-label={words.findPerson}
            placeholder={words.findPerson}
            rightSection={<kbd aria-hidden="true">/</kbd>}
            value={typed}
            onChange={(event) => setTyped(event.currentTarget.value)}
            onKeyDown={(event) => event.key === "Escape" && event.currentTarget.blur()}
          />
          <Button variant="filled" onClick={() => setEditing("new")}>
            {words.invite}
          </Button>
        </>
      }
    >
      {asked.isPending && <Loading />}
      {asked.error !== null && asked.data === undefined && <Failed error={asked.error} reset={() => void asked.refetch()} />}
      {asked.data !== undefined && found.length === 0 && <p className="quiet">{words.noPeople}</p>}
      {found.length > 0 && (
        <table className={styles["table"]}>
          <thead>
            <tr>
              <th scope="col">{words.name}</th>
              <th scope="col">{words.email}</th>
              <th scope="col">{words.role}</th>
              <th scope="col">{words.side}</th>
              <th scope="col">{words.added}</th>
              <th scope="col">
                <span className="unseen">{words.disable}</span>
              </th>
            </tr>
          </thead>
          <tbody>
            {found.map((user) => (
              <OnePerson key={user.id} user={user} edit={() => setEditing(user)} />
            ))}
          </tbody>
        </table>
      )}
      {editing !== null && <PersonDialog user={editing === "new" ? null : editing} onClose={() => setEditing(null)} />}
    </Section>
  );
}

function OnePerson({ user, edit }: { user: User; edit: () => void }) {
  const { format } = useLocale();
  const notices = useNotices();
  const words = useTexts(settings);
  const isMe = useMe()?.id === user.id;
  const isDisabled = user.disabled_at !== null;
  const at = { path: { user_id: user.id } };
  const restoring = useChange({
    run: (_: { isUndo: boolean }) => unwrap(api.POST("/api/v1/users/{user_id}/restoration", { params: at })),
    invalidates: [users.queryKey],
    onDone: (_, { isUndo }) => isUndo || notices.showDone(words.enabled(user.name)),
    failureNotice: "detail",
  });
  const disabling = useChange({
    run: () => api.DELETE("/api/v1/users/{user_id}", { params: { ...at, header: { "If-Match": `"${user.version}"` } } }),
    invalidates: [users.queryKey],
    invalidatesAlways: true,
    onDone: () => notices.showUndo(words.disabled(user.name), { label: words.undo, run: () => restoring.mutate({ isUndo: true }) }),
    failureNotice: "detail",
  });
  return (
    <tr data-is={isDisabled ? "off" : undefined}>
      <td>
        <button type="button" className={styles["open"]} onClick={edit}>
          <span className="unseen">{words.edit} </span>
          <Person name={user.name} />
        </button>{" "}
        {isMe && <span className={styles["chip"]}>{words.you}</span>}
      </td>
      <td className={styles["wraps"]}>{user.email}</td>
      <td data-label={words.role}>{words.roles[user.role]}</td>
      <td data-label={words.side}>{words.sides[user.side]}</td>
      <td data-label={words.added}>{user.disabled_at !== null ? words.disabledSince(format.day(user.disabled_at)) : format.day(user.created_at)}</td>
      <td className={styles["acts"]}>
        {isDisabled ? (
          <Button loading={restoring.isPending} aria-label={`${words.enable}: ${user.name}`} onClick={() => restoring.mutate({ isUndo: false })}>
            {words.enable}
          </Button>
        ) : (
          !isMe && (
            <Button loading={disabling.isPending} aria-label={`${words.disable}: ${user.name}`} onClick={() => disabling.mutate()}>
              {words.disable}
            </Button>
          )
        )}
      </td>
    </tr>
  );
}
