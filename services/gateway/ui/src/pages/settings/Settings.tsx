import { Link, useParams } from "@tanstack/react-router";
import type { ReactNode } from "react";
import type { Schemas } from "~/api/client";
import { useMe } from "~/api/me";
import { Loading, Missing } from "~/components/states";
import { useTitle } from "~/components/title";
import { settings } from "~/text/settings";
import { useTexts } from "~/text/locale";
import { DeadLetters } from "./DeadLetters";
import { ServiceHealth } from "./ServiceHealth";
import { Mails } from "./Mails";
import { OwnSignIn } from "./OwnSignIn";
import { People } from "./People";
import styles from "./Settings.module.css";
import { Tokens } from "./Tokens";

/** Sessions and password for every user; people, tokens, mail, dead letters and health for admins. */
const SECTIONS = ["you", "people", "tokens", "mail", "dead-letters", "health"] as const;
type Section = (typeof SECTIONS)[number];
const SHOWN: Record<Section, () => ReactNode> = { you: OwnSignIn, people: People, tokens: Tokens, mail: Mails, "dead-letters": DeadLetters, health: ServiceHealth };

function isFor(me: Schemas["Me"], section: Section): boolean {
  return section === "you" || (me.role === "admin" && me.side === "sponsor");
}

export function Settings() {
  const words = useTexts(settings);
  const me = useMe();
  const asked = useParams({ from: "/signed-in/settings/$section" }).section;
  const section = SECTIONS.find((each) => each === asked);
  useTitle(section === undefined ? words.title : `${words.sections[section]} · ${words.title}`);
  if (me === undefined) return <Loading />;
  if (section === undefined || !isFor(me, section)) return <Missing />;
  const Shown = SHOWN[section];
  const offered = SECTIONS.filter((each) => isFor(me, each));
  return (
    <>
      <h1 className={styles["title"]}>{words.title}</h1>
      {offered.length > 1 && (
        <nav className={styles["sections"]} aria-label={words.title}>
          {offered.map((each) => (
            <Link key={each} to="/settings/$section" params={{ section: each }}>
              {words.sections[each]}
            </Link>
          ))}
        </nav>
      )}
      <Shown />
    </>
  );
}
