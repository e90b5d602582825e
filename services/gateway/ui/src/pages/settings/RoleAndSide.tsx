import { Select } from "@mantine/core";
import { settings } from "~/text/settings";
import { useTexts } from "~/text/locale";
import { optionsOf } from "~/text/vocabulary";
import type { User } from "~/api/users";
import styles from "./Settings.module.css";

interface RoleAndSideProps {
  role: User["role"];
  side: User["side"];
  onChange: (part: { role?: User["role"]; side?: User["side"] }) => void;
}

/** Role and side of a person or a token, with the meaning of each in words. */
export function RoleAndSide({ role, side, onChange }: RoleAndSideProps) {
  const words = useTexts(settings);
  const common = { allowDeselect: false, inputWrapperOrder: ["label" as const, "input" as const, "description" as const] };
  return (
    <div className={styles["two"]}>
      <Select {...common} label={words.role} description={words.mayAs[role]} data={optionsOf(words.roles)} value={role} onChange={(chosen) => chosen !== null && onChange({ role: chosen })} />
      <Select {...common} label={words.side} description={words.ofSide[side]} data={optionsOf(words.sides)} value={side} onChange={(chosen) => chosen !== null && onChange({ side: chosen })} />
    </div>
  );
}
