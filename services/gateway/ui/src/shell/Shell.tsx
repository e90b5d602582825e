import { ActionIcon, Drawer } from "@mantine/core";
import { useDisclosure, useNetwork } from "@mantine/hooks";
import { Link, Outlet, useNavigate, useParams } from "@tanstack/react-router";
import { lazy, Suspense, useEffect, useRef, useState } from "react";
import { mayWrite, useMe } from "~/api/me";
import { useLive } from "~/api/live";
import { TierMark } from "~/components/marks";
import { LogContext, type OpenLog } from "~/log/context";
import { useLocale } from "~/text/locale";
import { useKeys } from "./keys";
import { MenuKey } from "./MenuKey";
import { PAGES } from "./pages";
import styles from "./Shell.module.css";
import { UserMenu } from "./UserMenu";

const CommandMenu = lazy(() => import("./CommandMenu").then((module) => ({ default: module.CommandMenu })));
const LogDialog = lazy(() => import("~/log/LogDialog").then((module) => ({ default: module.LogDialog })));

/** The frame of every page: menu, commands, the log from anywhere, and live updates. */
export function Shell() {
  const { text } = useLocale();
  const me = useMe();
  const isLive = useLive();
  const { online } = useNetwork();
  const [isOpen, menu] = useDisclosure(false);
  const [hasCommands, commands] = useDisclosure(false);
  const [logging, setLogging] = useState<{ relationshipId?: string } | null>(null);
  const here = useParams({ strict: false }).id;
  const isWriter = mayWrite(me);

  const openLog: OpenLog = (relationshipId) => {
    if (isWriter) setLogging({ relationshipId: relationshipId ?? here });
  };
  const openCommands = () =>
    void import("./CommandMenu").then((module) => {
      commands.open();
      module.open();
    });
  useGoTo();
  useKeys({ l: () => openLog(), "mod+K": openCommands });
  useWarmUp(isWriter);

  const side = (
    <>
      <SearchButton onClick={openCommands} />
      <nav aria-label={text.shell.menu}>
        {PAGES.filter((page) => me !== undefined && page.isFor(me)).map((page) => (
          <Link key={page.to} to={page.to} className={styles["link"]} activeOptions={{ includeSearch: false }} onClick={menu.close}>
            {page.label(text)}
            <span className="quiet" aria-hidden="true">
              G {page.key.toUpperCase()}
            </span>
          </Link>
        ))}
      </nav>
      <div className={styles["room"]} />
      <UserMenu />
    </>
  );
  return (
    <LogContext value={isWriter ? openLog : null}>
      <a className={styles["skip"]} href="#main">
        {text.shell.skip}
      </a>
      <div className={styles["frame"]}>
        <section className={styles["top"]} aria-label={text.shell.name}>
          <ActionIcon variant="subtle" color="ink" aria-label={text.shell.menu} onClick={menu.open}>
            <svg width="16" height="16" viewBox="0 0 16 16" aria-hidden="true">
              <path d="M2 4h12M2 8h12M2 12h12" stroke="currentColor" strokeWidth="1.5" />
            </svg>
          </ActionIcon>
          <Brand />
        </section>
        <Drawer opened={isOpen} onClose={menu.close} size={240} title={text.shell.name} closeButtonProps={{ "aria-label": text.shell.close }}>
          {side}
        </Drawer>
        <aside className={styles["side"]} aria-label={text.shell.name}>
          <Brand />
          {side}
        </aside>
        <main id="main" className={styles["main"]} tabIndex={-1}>
          <div role="status">
            {!online && <div className={styles["banner"]}>{text.shell.offline}</div>}
            {online && !isLive && <div className={styles["banner"]}>{text.shell.quiet}</div>}
          </div>
          <Outlet />
        </main>
      </div>
      <Suspense>
        {hasCommands && <CommandMenu />}
        {logging !== null && <LogDialog relationshipId={logging.relationshipId} onClose={() => setLogging(null)} />}
      </Suspense>
    </LogContext>
  );
}

function Brand() {
  const { text } = useLocale();
  return (
    <div className={styles["brand"]}>
      <TierMark tier="strategic" size={16} />
      {text.shell.name}
    </div>
  );
}

function SearchButton({ onClick }: { onClick: () => void }) {
  const { text } = useLocale();
  return (
    <button type="button" className={styles["search"]} onClick={onClick}>
      {text.shell.search}
      <MenuKey />
    </button>
  );
}

/** `g` and the letter of a page, one after the other. */
function useGoTo(): void {
  const navigate = useNavigate();
  const pressedAt = useRef(0);
  useKeys({
    g: () => {
      pressedAt.current = Date.now();
    },
    ...Object.fromEntries(
      PAGES.map((page) => [
        page.key,
        () => {
          if (Date.now() - pressedAt.current < 1_500) void navigate({ to: page.to });
        },
      ]),
    ),
  });
}

/** The dialogs are no part of the first load, but ready before their key is pressed. */
function useWarmUp(isWriter: boolean): void {
  useEffect(() => {
    const waiting = setTimeout(() => {
      // Without a connection they are asked for again when their key is pressed.
      import("./CommandMenu").catch(() => undefined);
      if (isWriter) import("~/log/LogDialog").catch(() => undefined);
    }, 1_500);
    return () => clearTimeout(waiting);
  }, [isWriter]);
}
