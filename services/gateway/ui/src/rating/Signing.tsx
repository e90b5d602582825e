import { Alert, Button, PasswordInput, Select, TextInput } from "@mantine/core";
import { useState } from "react";
import { unwrap } from "~/api/client";
import { Problem } from "~/api/problem";
import type { Card } from "~/api/scorecards";
import { useChange } from "~/components/change";
import { useLocale, useTexts } from "~/text/locale";
import { rating as ratingTexts } from "~/text/rating";
import type { RatingTexts } from "~/text/rating";
import styles from "./rating.module.css";
import type { Access } from "./answerSheet";

interface SigningProps {
  card: Card;
  access: Access;
  onSigned: (card: Card) => void;
}

/** Signing asks again who it is: by the password, or for who came by a link by a code that is mailed. */
export function Signing({ card, access, onSigned }: SigningProps) {
  const { format } = useLocale();
  const words = useTexts(ratingTexts);
  const [secret, setSecret] = useState("");
  const [meaning, setMeaning] = useState<string>(words.meanings[0] ?? "");
  const [key] = useState(() => crypto.randomUUID());
  const params = { path: { scorecard_id: card.id } };
  const signing = useChange({
    run: () =>
      unwrap(
        access.api.POST("/api/v1/scorecards/{scorecard_id}/signature", {
          // The same signature sent again, after an answer was lost, is the same signature.
          params: { ...params, header: { "Idempotency-Key": `${key}-${words.meanings.indexOf(meaning)}` } },
          body: access.isLink ? { code: secret.trim(), meaning } : { password: secret, meaning },
        }),
      ),
    // The contract says of this answer only that it is JSON.
    onDone: (signed) => onSigned(signed as Card),
    onFailure: () => setSecret(""),
  });
  const asking = useChange({ run: () => unwrap(access.api.POST("/api/v1/scorecards/{scorecard_id}/signing-code", { params })) });
  const failure = signing.error ?? asking.error;
  return (
    <section className={`panel ${styles["signing"]}`} aria-labelledby="signing">
      <h2 id="signing">{words.signTitle}</h2>
      <p>{words.signLead}</p>
      <form
        className={styles["signForm"]}
        noValidate
        onSubmit={(event) => {
          event.preventDefault();
          if (secret !== "" && !signing.isPending) signing.mutate();
        }}
      >
        <Select label={words.meaning} data={words.meanings} value={meaning} allowDeselect={false} onChange={(chosen) => chosen !== null && setMeaning(chosen)} />
        {access.isLink ? (
          <>
            <TextInput label={words.code} inputMode="numeric" autoComplete="one-time-code" maxLength={6} value={secret} onChange={(event) => setSecret(event.currentTarget.value)} />
            <Button size="sm" loading={asking.isPending} onClick={() => asking.mutate()}>
              {words.sendCode}
            </Button>
          </>
        ) : (
          <PasswordInput label={words.password} autoComplete="current-password" value={secret} onChange={(event) => setSecret(event.currentTarget.value)} />
        )}
        <Button type="submit" size="sm" variant="filled" loading={signing.isPending}>
          {words.sign}
        </Button>
      </form>
      {access.isLink && (
        <p className="quiet" role="status">
          {asking.data === undefined ? words.codeLead : words.codeSent(format.time(new Date(asking.data.requested_at)), Math.round(asking.data.works_for_s / 60))}
        </p>
      )}
      {failure !== null && (
        <Alert color="red" variant="outline" role="alert">
          {failureText(failure, words)}
        </Alert>
      )}
    </section>
  );
}

function failureText(error: Error, words: RatingTexts): string {
  if (!(error instanceof Problem)) return words.noAnswer;
  if (error.status === 429) return words.tooMany;
  const known: Record<string, string> = { "wrong-password": words.wrongPassword, "wrong-code": words.wrongCode, "no-mail-server": words.noMail };
  if (error.status === 422 && "code" in error.fields) return words.wrongCode;
  return known[error.slug] ?? [error.message, error.detail].filter(Boolean).join(": ");
}
