import "@mantine/spotlight/styles.css";
import { Modal, useMantineColorScheme } from "@mantine/core";
import { useDebouncedValue } from "@mantine/hooks";
import { createSpotlight, Spotlight } from "@mantine/spotlight";
import { useQuery } from "@tanstack/react-query";
import { useNavigate } from "@tanstack/react-router";
import { useState } from "react";
import { useMe } from "~/api/me";
import { relationshipsNamed } from "~/api/portfolio";
import { Pair, TierMark } from "~/components/marks";
import { useLog } from "~/log/context";
import { folded } from "~/text/folded";
import { useLocale } from "~/text/locale";
import { PAGES } from "./pages";
import styles from "./Shell.module.css";
import { useSignOut } from "./UserMenu";

const [store, commands] = createSpotlight();
export const open = commands.open;

interface Command {
  label: string;
  run: () => void;
}

/** Any relationship by part of its name, and everything that can be done from anywhere. */
export function CommandMenu() {
  const { text, language, setLanguage } = useLocale();
  const navigate = useNavigate();
  const me = useMe();
  const openLog = useLog();
  const signOut = useSignOut();
  const { setColorScheme } = useMantineColorScheme();
  const [query, setQuery] = useState("");
  const [asked] = useDebouncedValue(query.trim(), 120);
  const found = useQuery(relationshipsNamed(asked)).data?.items ?? [];

  const commandList: Command[] = [
    ...(openLog === null ? [] : [{ label: text.shell.log, run: () => openLog() }]),
    ...PAGES.filter((page) => me !== undefined && page.isFor(me)).map((page) => ({
      label: page.label(text),
      run: () => void navigate({ to: page.to }),
    })),
    ...(["board", "heat-map", "movement"] as const).map((view) => ({
      label: `${text.portfolio.title}: ${text.portfolio.views[view]}`,
      run: () => void navigate({ to: "/", search: { view } }),
    })),
    ...(["light", "dark", "auto"] as const).map((theme) => ({
      label: `${text.shell.theme}: ${text.shell.themes[theme]}`,
      run: () => setColorScheme(theme),
    })),
    language === "en"
      ? { label: "Sprache: Deutsch", run: () => setLanguage("de") }
      : { label: "Language: English", run: () => setLanguage("en") },
    { label: text.shell.signOut, run: () => void signOut() },
  ];
  const words = folded(query);
  const matching = commandList.filter((command) => folded(command.label).includes(words));
  return (
    <Spotlight.Root
      store={store}
      query={query}
      onQueryChange={setQuery}
      shortcut={null}
      scrollable
      maxHeight={440}
      transitionProps={{ duration: 60 }}
      overlayProps={{ backgroundOpacity: 0.25, blur: 0 }}
    >
      <Modal.Title className="unseen">{text.shell.search}</Modal.Title>
      <Spotlight.Search placeholder={text.shell.search} aria-label={text.shell.search} />
      <Spotlight.ActionsList>
        {found.length > 0 && (
          <Spotlight.ActionsGroup label={words === "" ? text.shell.recent : text.shell.relationships}>
            {found.map((row) => (
              <Spotlight.Action
                key={row.relationship_id}
                onClick={() => void navigate({ to: "/relationships/$id", params: { id: row.relationship_id } })}
              >
                <span className={styles["found"]}>
                  <TierMark tier={row.tier} />
                  <Pair provider={row.provider_name} sponsor={row.sponsor_name} />
                </span>
              </Spotlight.Action>
            ))}
          </Spotlight.ActionsGroup>
        )}
        {matching.length > 0 && (
          <Spotlight.ActionsGroup label={text.shell.actions}>
            {matching.map((command) => (
              <Spotlight.Action key={command.label} label={command.label} onClick={command.run} />
            ))}
          </Spotlight.ActionsGroup>
        )}
        {found.length + matching.length === 0 && <Spotlight.Empty>{text.shell.nothing}</Spotlight.Empty>}
      </Spotlight.ActionsList>
    </Spotlight.Root>
  );
}
