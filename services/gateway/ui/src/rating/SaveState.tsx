import { Alert, Button } from "@mantine/core";
import { rating as ratingTexts } from "~/text/rating";
import { useLocale, useTexts } from "~/text/locale";
import type { AnswerSheet } from "./answerSheet";

/** Where the answers are, in a few words that are always there. */
export function SaveState({ sheet, lacking }: { sheet: AnswerSheet; lacking: number }) {
  const { format } = useLocale();
  const words = useTexts(ratingTexts).saving;
  const { saving } = sheet;
  const state =
    saving.is === "saving"
      ? words.saving
      : saving.is !== "saved"
        ? ""
        : saving.at === null
          ? words.automatic
          : words.saved(format.time(saving.at));
  return (
    <span className="quiet" role="status">
      {[state, lacking > 0 ? words.waiting(lacking) : ""].filter(Boolean).join(" · ")}
    </span>
  );
}

/** What is wrong with saving, where something is, and what the rater can do about it. */
export function SaveTrouble({ sheet }: { sheet: AnswerSheet }) {
  const words = useTexts(ratingTexts).saving;
  const { saving } = sheet;
  if (saving.is === "saved" || saving.is === "saving") return null;
  return (
    <Alert color="red" variant="outline" role="alert">
      {saving.is === "local" && words.kept}
      {saving.is === "refused" && words.refused([saving.why.message, saving.why.detail].filter(Boolean).join(": ").replace(/[^.]$/, "$&."))}
      {saving.is === "conflict" && (
        <>
          <p>{words.conflict}</p>
          <Button onClick={() => sheet.resolve("theirs")}>{words.takeTheirs}</Button> <Button onClick={() => sheet.resolve("mine")}>{words.keepMine}</Button>
        </>
      )}
    </Alert>
  );
}
