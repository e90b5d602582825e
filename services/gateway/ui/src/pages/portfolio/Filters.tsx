import { Button, Select, TextInput } from "@mantine/core";
import { useDebouncedCallback } from "@mantine/hooks";
import { useQuery } from "@tanstack/react-query";
import { useEffect, useRef, useState } from "react";
import { useNames } from "~/api/actors";
import { labelOf, optionsOf } from "~/api/enums";
import { portfolioSummary } from "~/api/portfolio";
import { TIERS } from "~/api/tiers";
import { useKeys } from "~/shell/keys";
import { useLocale } from "~/text/locale";
import styles from "./Portfolio.module.css";
import { type ChangeSearch, filtersOf, isFiltered, NO_FILTERS, type PortfolioSearch } from "./search";

interface FiltersProps {
  search: PortfolioSearch;
  change: ChangeSearch;
  hasTier: boolean;
}

export function Filters({ search, change, hasTier }: FiltersProps) {
  const { text } = useLocale();
  const words = useRef<HTMLInputElement>(null);
  const [typed, setTyped] = useState(search.q ?? "");
  const summary = useQuery(portfolioSummary(filtersOf(search))).data;
  const names = useNames(summary?.owner_ids ?? []);
  const filter = useDebouncedCallback((q: string) => change({ q: q.trim() || undefined }), 150);
  useKeys({ "/": () => words.current?.focus() });
  useEffect(() => setTyped(search.q ?? ""), [search.q]);

  const counts = summary?.by_tier;
  const count = counts === undefined ? undefined : hasTier && search.tier ? counts[search.tier] : TIERS.reduce((sum, tier) => sum + (counts[tier] ?? 0), 0);
  const sort = (search.sort ?? "-lower").replace("-", "");
  const choice = { size: "xs" as const, w: 148, clearable: true, comboboxProps: { width: 200, position: "bottom-start" as const } };
  return (
    <div className={styles["filters"]}>
      <TextInput
        ref={words}
        size="xs"
        w={190}
        aria-label={text.portfolio.filter}
        placeholder={text.portfolio.filter}
        rightSection={<kbd aria-hidden="true">/</kbd>}
        value={typed}
        onChange={(event) => {
          setTyped(event.currentTarget.value);
          filter(event.currentTarget.value);
        }}
        onKeyDown={(event) => event.key === "Escape" && event.currentTarget.blur()}
      />
      <Select {...choice} searchable aria-label={text.portfolio.owner} placeholder={text.portfolio.owner} data={optionsOf(names)} value={search.owner ?? null} onChange={(owner) => change({ owner: owner ?? undefined })} />
      {hasTier && (
        <Select {...choice} aria-label={text.portfolio.tier} placeholder={text.portfolio.tier} data={optionsOf(text.vocabulary.tier)} value={search.tier ?? null} onChange={(tier) => change({ tier: tier ?? undefined })} />
      )}
      <Select {...choice} aria-label={text.portfolio.region} placeholder={text.portfolio.region} data={optionsOf(text.vocabulary.region)} value={search.region ?? null} onChange={(region) => change({ region: region ?? undefined })} />
      <Select {...choice} aria-label={text.portfolio.size} placeholder={text.portfolio.size} data={optionsOf(text.vocabulary.size)} value={search.size ?? null} onChange={(size) => change({ size: size ?? undefined })} />
      {isFiltered(search) && (
        <Button variant="subtle" color="ink" onClick={() => change(NO_FILTERS)}>
          {text.portfolio.clear}
        </Button>
      )}
      <span className={styles["count"]} role="status">
        {count !== undefined && `${text.portfolio.count(count)}, ${labelOf(text.portfolio.sortedBy, sort)}`}
      </span>
    </div>
  );
}
