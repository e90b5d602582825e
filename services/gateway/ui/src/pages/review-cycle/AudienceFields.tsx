import { MultiSelect, TagsInput } from "@mantine/core";
import { useDebouncedValue } from "@mantine/hooks";
import { useQuery } from "@tanstack/react-query";
import { useState } from "react";
import { useNames } from "~/api/actors";
import { portfolioSummary, relationshipsNamed } from "~/api/portfolio";
import { reviews as reviewsTexts } from "~/text/reviews";
import { useLocale, useTexts } from "~/text/locale";
import { optionsOf } from "~/text/vocabulary";
import type { ReviewCycleDraft } from "./draft";
import styles from "./ReviewCycle.module.css";

type Audience = ReviewCycleDraft["audience"];

/** Which relationships are reviewed: all, or those that meet every filter. */
export function AudienceFields({ audience, onChange }: { audience: Audience; onChange: (audience: Audience) => void }) {
  const { text } = useLocale();
  const words = useTexts(reviewsTexts).form;
  const change = (part: Partial<Audience>) => onChange({ ...audience, ...part });
  const owners = useNames([...(useQuery(portfolioSummary({})).data?.owner_ids ?? []), ...audience.owner_ids]);
  const hint = (chosen: unknown[]) => (chosen.length === 0 ? words.all : undefined);
  return (
    <fieldset className={styles["part"]}>
      <legend>{words.audience}</legend>
      <p className="quiet">{words.audienceLead}</p>
      <div className={styles["pair"]}>
        <MultiSelect label={words.tiers} placeholder={hint(audience.tiers)} data={optionsOf(text.vocabulary.tier)} value={audience.tiers} onChange={(tiers) => change({ tiers })} />
        <MultiSelect label={words.regions} placeholder={hint(audience.regions)} data={optionsOf(text.vocabulary.region)} value={audience.regions} onChange={(regions) => change({ regions })} />
        <MultiSelect label={words.sizes} placeholder={hint(audience.sizes)} data={optionsOf(text.vocabulary.size)} value={audience.sizes} onChange={(sizes) => change({ sizes })} />
        <MultiSelect label={words.owners} placeholder={hint(audience.owner_ids)} data={optionsOf(owners)} searchable nothingFoundMessage={text.shell.nothing} value={audience.owner_ids} onChange={(owner_ids) => change({ owner_ids })} />
        <TagsInput label={words.tags} placeholder={audience.tags.length === 0 ? words.tagsHint : undefined} value={audience.tags} maxTags={50} onChange={(tags) => change({ tags })} />
        <RelationshipsField chosen={audience.relationship_ids} onChange={(relationship_ids) => change({ relationship_ids })} />
      </div>
    </fieldset>
  );
}

/** Relationships by part of their names. Remembers the names of those that were chosen, since a search gives only what matches. */
function RelationshipsField({ chosen, onChange }: { chosen: string[]; onChange: (ids: string[]) => void }) {
  const { text } = useLocale();
  const words = useTexts(reviewsTexts).form;
  const [typed, setTyped] = useState("");
  const [asked] = useDebouncedValue(typed.trim(), 120);
  const found = useQuery(relationshipsNamed(asked)).data?.items ?? [];
  const [names, setNames] = useState<Record<string, string>>({});
  const named = { ...names, ...Object.fromEntries(found.map((row) => [row.relationship_id, `${row.provider_name} ${text.vocabulary.forSponsor} ${row.sponsor_name}`])) };
  const shown = [...new Set([...chosen, ...found.map((row) => row.relationship_id)])];
  return (
    <MultiSelect
      label={words.only}
      placeholder={chosen.length === 0 ? words.all : undefined}
      data={shown.map((id) => ({ value: id, label: named[id] ?? id.slice(0, 8) }))}
      // The server has filtered already.
      filter={({ options }) => options}
      searchable
      searchValue={typed}
      onSearchChange={setTyped}
      nothingFoundMessage={text.shell.nothing}
      value={chosen}
      onChange={(ids) => {
        setNames(named);
        onChange(ids);
      }}
    />
  );
}
