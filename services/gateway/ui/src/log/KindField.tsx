import { Select } from "@mantine/core";
import { useState } from "react";
import type { Schemas } from "~/api/client";
import { optionsOf } from "~/api/enums";
import { useLocale } from "~/text/locale";

type Kind = Schemas["InteractionKind"];

interface KindFieldProps {
  value: Kind;
  isFirst: boolean;
  onChange: (kind: Kind) => void;
}

/** What it was, by part of its name: Enter takes the first that is found. */
export function KindField({ value, isFirst, onChange }: KindFieldProps) {
  const { text } = useLocale();
  const [isTyped, setTyped] = useState(false);
  return (
    <Select
      label={text.log.kind}
      data={optionsOf(text.vocabulary.interactionKind)}
      value={value}
      searchable
      openOnFocus={false}
      selectFirstOptionOnChange
      // Otherwise the list looks for the present value a moment after it opens, and on a busy machine that is after the
      // last letter: it is not among what is found, and Enter would take nothing.
      selectFirstOptionOnDropdownOpen={isTyped}
      onKeyDown={() => setTyped(true)}
      onPointerDown={() => setTyped(false)}
      allowDeselect={false}
      data-autofocus={isFirst || undefined}
      nothingFoundMessage={text.shell.nothing}
      onChange={(kind) => kind !== null && onChange(kind)}
    />
  );
}
