import { Combobox, InputBase, useCombobox } from "@mantine/core";
import { useDebouncedValue } from "@mantine/hooks";
import { useQuery } from "@tanstack/react-query";
import { useEffect, useState } from "react";
import { relationshipsNamed } from "~/api/portfolio";
import { relationship } from "~/api/relationships";
import { Pair, TierMark } from "~/components/marks";
import { useLocale } from "~/text/locale";

interface RelationshipFieldProps {
  value: string | null;
  /** It has the focus when the dialog opens. */
  isFirst: boolean;
  error?: string;
  onChange: (relationshipId: string) => void;
}

/** A relationship by part of either name; those lately in contact are offered at once. */
export function RelationshipField({ value, isFirst, error, onChange }: RelationshipFieldProps) {
  const { text } = useLocale();
  const combobox = useCombobox({ onDropdownClose: () => combobox.resetSelectedOption() });
  const [words, setWords] = useState<string | null>(null);
  const [asked] = useDebouncedValue((words ?? "").trim(), 120);
  const asking = useQuery(relationshipsNamed(asked));
  const found = asking.data?.items ?? [];
  /** What is offered is still of other words: nothing of it may be chosen by who types on. */
  const isStale = words !== null && (words.trim() !== asked || asking.isPlaceholderData);
  const [isEntered, setEntered] = useState(false);
  const chosen = useQuery({ ...relationship(value ?? ""), enabled: value !== null }).data;
  const shown = chosen === undefined || value === null ? "" : `${chosen.provider_name} ${text.vocabulary.forSponsor} ${chosen.sponsor_name}`;
  const choose = (id: string) => {
    onChange(id);
    setWords(null);
    setEntered(false);
    combobox.closeDropdown();
  };
  const first = found[0]?.relationship_id;
  useEffect(() => {
    if (words === null || isStale) return;
    const isLeft = combobox.targetRef.current !== document.activeElement;
    if (isEntered && first !== undefined) choose(first);
    else if (isLeft) setWords(null);
    else combobox.selectFirstOption();
    setEntered(false);
  }, [isStale, first]);
  return (
    <Combobox store={combobox} onOptionSubmit={choose}>
      <Combobox.Target>
        <InputBase
          label={text.log.with}
          placeholder={text.log.withHint}
          data-autofocus={isFirst || undefined}
          value={words ?? shown}
          error={error}
          autoComplete="off"
          onChange={(event) => {
            setWords(event.currentTarget.value);
            combobox.openDropdown();
            combobox.resetSelectedOption();
          }}
          onKeyDown={(event) => {
            if (event.key !== "Enter" || !isStale) return;
            event.preventDefault();
            setEntered(true); // the first of what is found for these words, once it is
          }}
          onFocus={(event) => {
            event.currentTarget.select();
            if (value === null) combobox.openDropdown();
          }}
          onClick={() => combobox.openDropdown()}
          onBlur={() => {
            if (!isEntered) setWords(null);
            combobox.closeDropdown();
          }}
        />
      </Combobox.Target>
      <Combobox.Dropdown>
        <Combobox.Options mah={260} style={{ overflowY: "auto" }} aria-label={text.log.with}>
          {found.map((row) => (
            <Combobox.Option key={row.relationship_id} value={row.relationship_id} style={{ display: "flex", gap: 8, alignItems: "center" }}>
              <TierMark tier={row.tier} />
              <Pair provider={row.provider_name} sponsor={row.sponsor_name} />
            </Combobox.Option>
          ))}
          {found.length === 0 && <Combobox.Empty>{text.shell.nothing}</Combobox.Empty>}
        </Combobox.Options>
      </Combobox.Dropdown>
    </Combobox>
  );
}
