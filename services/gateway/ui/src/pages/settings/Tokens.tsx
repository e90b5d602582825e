import { Alert, Button, Modal, Select, Switch, TextInput } from "@mantine/core";
import { useQuery } from "@tanstack/react-query";
import { useState } from "react";
import { useNames } from "~/api/actors";
import { api, unwrap } from "~/api/client";
import { Problem } from "~/api/problem";
import { type Token, tokens, tokensKey } from "~/api/tokens";
import type { User } from "~/api/users";
import { useChange } from "~/components/change";
import { useFailureText, useNotices } from "~/components/notices";
import { Failed, Loading, State } from "~/components/states";
import { escaped } from "~/text/escaped";
import { useLocale, useTexts } from "~/text/locale";
import { settings } from "~/text/settings";
import { Section, Secret } from "./Section";
import { RoleAndSide } from "./RoleAndSide";
import styles from "./Settings.module.css";

const DAY_MS = 86_400_000;

/** API tokens of programs: the secret is shown once, and revoking cannot be undone. */
export function Tokens() {
  const words = useTexts(settings);
  const [isRevokedShown, setRevokedShown] = useState(false);
  const [isMaking, setMaking] = useState(false);
  const [revoking, setRevoking] = useState<Token | null>(null);
  const asked = useQuery(tokens(isRevokedShown));
  const found = [...(asked.data ?? [])].reverse();
  const names = useNames(found.map((token) => token.created_by));
  return (
    <Section
      title={words.tokens}
      lead={words.tokensLead}
      actions={
        <>
          <Switch size="xs" label={words.showRevoked} checked={isRevokedShown} onChange={(event) => setRevokedShown(event.currentTarget.checked)} />
          <Button variant="filled" onClick={() => setMaking(true)}>
            {words.newToken}
          </Button>
        </>
      }
    >
      {asked.isPending && <Loading />}
      {asked.error !== null && asked.data === undefined && <Failed error={asked.error} reset={() => void asked.refetch()} />}
      {asked.data !== undefined && found.length === 0 && <State title={words.noTokens} lead={words.noTokensLead} />}
      {found.length > 0 && (
        <table className={styles["table"]}>
          <thead>
            <tr>
              <th scope="col">{words.name}</th>
              <th scope="col">{words.role}</th>
              <th scope="col">{words.side}</th>
              <th scope="col">{words.created}</th>
              <th scope="col">{words.createdBy}</th>
              <th scope="col">{words.expires}</th>
              <th scope="col">
                <span className="unseen">{words.revoke}</span>
              </th>
            </tr>
          </thead>
          <tbody>
            {found.map((token) => (
              <OneToken key={token.id} token={token} author={token.created_by === null ? words.commandLine : (names[token.created_by] ?? "–")} revoke={() => setRevoking(token)} />
            ))}
          </tbody>
        </table>
      )}
      {isMaking && <TokenDialog onClose={() => setMaking(false)} />}
      {revoking !== null && <RevokeDialog token={revoking} onClose={() => setRevoking(null)} />}
    </Section>
  );
}

function OneToken({ token, author, revoke }: { token: Token; author: string; revoke: () => void }) {
  const { format } = useLocale();
  const words = useTexts(settings);
  const isExpired = token.expires_at !== null && Date.parse(token.expires_at) < Date.now();
  return (
    <tr data-is={token.revoked_at !== null || isExpired ? "off" : undefined}>
      <td className={styles["wraps"]}>
        <strong>{escaped(token.name)}</strong>
      </td>
      <td data-label={words.role}>{words.roles[token.role]}</td>
      <td data-label={words.side}>{words.sides[token.side]}</td>
      <td data-label={words.created}>{format.day(token.created_at)}</td>
      <td data-label={words.createdBy}>{author}</td>
      <td data-label={words.expires}>
        {token.revoked_at !== null
          ? words.revokedOn(format.day(token.revoked_at))
          : token.expires_at === null
            ? words.lives.never
            : isExpired
              ? words.expiredOn(format.day(token.expires_at))
              : format.day(token.expires_at)}
      </td>
      <td className={styles["acts"]}>
        {token.revoked_at === null && (
          <Button aria-label={words.revokeOf(token.name)} onClick={revoke}>
            {words.revoke}
          </Button>
        )}
      </td>
    </tr>
  );
}

function RevokeDialog({ token, onClose }: { token: Token; onClose: () => void }) {
  const { text } = useLocale();
  const notices = useNotices();
  const failureText = useFailureText();
  const words = useTexts(settings);
  const revoking = useChange({
    run: () => api.DELETE("/api/v1/tokens/{token_id}", { params: { path: { token_id: token.id } } }),
    invalidates: [tokensKey],
    onDone: () => {
      notices.showDone(words.revoked(token.name));
      onClose();
    },
  });
  return (
    <Modal opened onClose={onClose} size={420} title={words.revokeTitle(token.name)} closeButtonProps={{ "aria-label": text.shell.close }}>
      <div className={styles["form"]}>
        <p>{words.revokeLead}</p>
        {revoking.error !== null && <Alert color="red" role="alert" variant="outline">{failureText(revoking.error, "detail")}</Alert>}
        <div className={styles["formFoot"]}>
          <Button data-autofocus onClick={onClose}>
            {words.cancel}
          </Button>
          <Button variant="filled" loading={revoking.isPending} onClick={() => revoking.mutate()}>
            {words.revoke}
          </Button>
        </div>
      </div>
    </Modal>
  );
}

function TokenDialog({ onClose }: { onClose: () => void }) {
  const { text } = useLocale();
  const failureText = useFailureText();
  const words = useTexts(settings);
  const [form, setForm] = useState<{ name: string; role: User["role"]; side: User["side"] }>({ name: "", role: "viewer", side: "sponsor" });
  const [days, setDays] = useState("365");
  // A retry after a lost answer finds the first token, though not its secret.
  const [key] = useState(() => crypto.randomUUID());
  const making = useChange({
    run: () => {
      const expires_at = days === "never" ? null : new Date(Date.now() + Number(days) * DAY_MS).toISOString();
      return unwrap(api.POST("/api/v1/tokens", { body: { ...form, name: form.name.trim(), expires_at }, headers: { "Idempotency-Key": key } }));
    },
    invalidates: [tokensKey],
  });
  const fields = making.error instanceof Problem ? making.error.fields : {};
  const secret = making.data?.secret;
  return (
    <Modal opened onClose={onClose} size={480} title={words.newToken} closeOnClickOutside={secret == null} closeButtonProps={{ "aria-label": text.shell.close }}>
      {secret != null ? (
        <div className={styles["form"]}>
          <Secret label={words.secret} lead={words.secretLead} value={secret} />
          <div className={styles["formFoot"]}>
            <Button variant="filled" onClick={onClose}>
              {words.done}
            </Button>
          </div>
        </div>
      ) : (
        <form
          className={styles["form"]}
          onSubmit={(event) => {
            event.preventDefault();
            if (!making.isPending) making.mutate();
          }}
        >
          {making.error !== null && Object.keys(fields).length === 0 && <Alert color="red" role="alert" variant="outline">{failureText(making.error, "detail")}</Alert>}
          <TextInput label={words.tokenFor} placeholder={words.tokenForHint} required withAsterisk={false} data-autofocus autoComplete="off" value={form.name} error={fields["name"]} onChange={(event) => setForm({ ...form, name: event.currentTarget.value })} />
          <RoleAndSide role={form.role} side={form.side} onChange={(part) => setForm({ ...form, ...part })} />
          <Select label={words.expires} data={(["30", "90", "365", "never"] as const).map((value) => ({ value, label: words.lives[value] }))} value={days} allowDeselect={false} error={fields["expires_at"]} onChange={(chosen) => chosen !== null && setDays(chosen)} />
          <div className={styles["formFoot"]}>
            <Button onClick={onClose}>{words.cancel}</Button>
            <Button type="submit" variant="filled" loading={making.isPending}>
              {words.newToken}
            </Button>
          </div>
        </form>
      )}
    </Modal>
  );
}
