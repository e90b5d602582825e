import "@mantine/core/styles/Checkbox.css";
import { Checkbox, MultiSelect } from "@mantine/core";
import { useDebouncedValue } from "@mantine/hooks";
import { useQuery } from "@tanstack/react-query";
import { useState } from "react";
import { useNames } from "~/api/actors";
import { peopleNamed } from "~/api/people";
import type { Side } from "~/api/scorecards";
import { reviews as reviewsTexts } from "~/text/reviews";
import { scorecard as scorecardTexts } from "~/text/scorecard";
import { useLocale, useTexts } from "~/text/locale";
import { optionsOf } from "~/text/vocabulary";
import type { ReviewCycleDraft } from "./draft";
import styles from "./ReviewCycle.module.css";

interface PeopleFieldsProps {
  draft: ReviewCycleDraft;
  onChange: (part: Partial<ReviewCycleDraft>) => void;
}

/** Raters and signers of each side that rates. */
export function PeopleFields({ draft, onChange }: PeopleFieldsProps) {
  const scorecardWords = useTexts(scorecardTexts);
  const reviewsWords = useTexts(reviewsTexts);
  const words = useTexts(reviewsTexts).form;
  const rate = (side: Side, part: Partial<ReviewCycleDraft["raters"][Side]>) => onChange({ raters: { ...draft.raters, [side]: { ...draft.raters[side], ...part } } });
  const sign = (side: Side, part: Partial<ReviewCycleDraft["signers"][Side]>) => onChange({ signers: { ...draft.signers, [side]: { ...draft.signers[side], ...part } } });
  return (
    <>
      {draft.sides.map((side) => {
        const name = scorecardWords.side[side];
        return (
          <div key={side} className={styles["pair"]}>
            <fieldset className={styles["part"]}>
              <legend>
                {words.raters} <span className="quiet">{words.ofSide(name)}</span>
              </legend>
              <Checkbox size="xs" label={words.owner} checked={draft.raters[side].owner} onChange={(event) => rate(side, { owner: event.currentTarget.checked })} />
              <Checkbox size="xs" label={words.team} checked={draft.raters[side].team} onChange={(event) => rate(side, { team: event.currentTarget.checked })} />
              <PeopleField side={side} chosen={draft.raters[side].actor_ids} onChange={(actor_ids) => rate(side, { actor_ids })} />
              <MultiSelect
                label={words.functions}
                data={optionsOf(reviewsWords.functions)}
                value={draft.raters[side].contact_functions}
                onChange={(contact_functions) => rate(side, { contact_functions })}
              />
            </fieldset>
            <fieldset className={styles["part"]}>
              <legend>
                {words.signers} <span className="quiet">{words.ofSide(name)}</span>
              </legend>
              <Checkbox size="xs" label={words.owner} checked={draft.signers[side].owner} onChange={(event) => sign(side, { owner: event.currentTarget.checked })} />
              <PeopleField side={side} chosen={draft.signers[side].actor_ids} onChange={(actor_ids) => sign(side, { actor_ids })} />
            </fieldset>
          </div>
        );
      })}
    </>
  );
}

/** People of one side, by part of their names. */
function PeopleField({ side, chosen, onChange }: { side: Side; chosen: string[]; onChange: (ids: string[]) => void }) {
  const { text } = useLocale();
  const reviewsWords = useTexts(reviewsTexts);
  const [typed, setTyped] = useState("");
  const [asked] = useDebouncedValue(typed.trim(), 120);
  const found = useQuery(peopleNamed(asked)).data;
  const names = useNames(chosen);
  const offered = (found ?? []).filter((each) => each.side === side && !chosen.includes(each.id));
  return (
    <MultiSelect
      label={reviewsWords.form.people}
      data={[...chosen.map((id) => ({ value: id, label: names[id] ?? "…" })), ...offered.map(({ id, name }) => ({ value: id, label: name }))]}
      filter={({ options }) => options}
      searchable
      searchValue={typed}
      onSearchChange={setTyped}
      nothingFoundMessage={text.shell.nothing}
      value={chosen}
      onChange={onChange}
    />
  );
}
