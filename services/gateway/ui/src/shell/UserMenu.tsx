import { Menu, useMantineColorScheme } from "@mantine/core";
import { useQueryClient } from "@tanstack/react-query";
import { api } from "~/api/client";
import { useMe } from "~/api/me";
import { initials } from "~/components/marks";
import marks from "~/components/marks.module.css";
import { deleteDraft } from "~/log/draft";
import { useLocale } from "~/text/locale";
import { useSingleKeysAreOn } from "./keys";
import styles from "./Shell.module.css";

const THEMES = ["light", "dark", "auto"] as const;
const LANGUAGES = { en: "English", de: "Deutsch" } as const;

export function useSignOut(): () => Promise<void> {
  const client = useQueryClient();
  const me = useMe();
  return async () => {
    await api.DELETE("/api/v1/session");
    if (me !== undefined) deleteDraft(me.id);
    client.clear();
    window.location.assign("/sign-in");
  };
}

/** Who is signed in, their appearance, language and keys, and the way out. */
export function UserMenu() {
  const { text, language, setLanguage } = useLocale();
  const { colorScheme, setColorScheme } = useMantineColorScheme();
  const [keysAreOn, setKeysAreOn] = useSingleKeysAreOn();
  const signOut = useSignOut();
  const name = useMe()?.name ?? "";
  return (
    <Menu position="top-start" width={220} shadow="md">
      <Menu.Target>
        <button type="button" className={styles["user"]}>
          <span className={marks["initials"]} aria-hidden="true">
            {initials(name)}
          </span>
          <span>{name}</span>
        </button>
      </Menu.Target>
      <Menu.Dropdown>
        <Menu.Label>{text.shell.theme}</Menu.Label>
        {THEMES.map((theme) => (
          <Menu.Item key={theme} onClick={() => setColorScheme(theme)} rightSection={colorScheme === theme ? "✓" : null}>
            {text.shell.themes[theme]}
          </Menu.Item>
        ))}
        <Menu.Divider />
        <Menu.Label>{text.shell.language}</Menu.Label>
        {(["en", "de"] as const).map((each) => (
          <Menu.Item key={each} lang={each} onClick={() => setLanguage(each)} rightSection={language === each ? "✓" : null}>
            {LANGUAGES[each]}
          </Menu.Item>
        ))}
        <Menu.Divider />
        <Menu.Item closeMenuOnClick={false} onClick={() => setKeysAreOn(!keysAreOn)} rightSection={keysAreOn ? text.shell.on : text.shell.off}>
          {text.shell.keys}
        </Menu.Item>
        <Menu.Item component="a" href="/api/docs" target="_blank">
          {text.shell.api}
          <span className="unseen"> ({text.shell.newTab})</span>
        </Menu.Item>
        <Menu.Divider />
        <Menu.Item onClick={() => void signOut()}>{text.shell.signOut}</Menu.Item>
      </Menu.Dropdown>
    </Menu>
  );
}
