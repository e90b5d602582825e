import { SegmentedControl } from "@mantine/core";
import { useNavigate, useSearch } from "@tanstack/react-router";
import { lazy, Suspense } from "react";
import { Loading } from "~/components/states";
import { useTitle } from "~/components/title";
import { LogButton } from "~/log/LogButton";
import { useLocale } from "~/text/locale";
import { Board } from "./Board";
import { Filters } from "./Filters";
import { Movement } from "./Movement";
import styles from "./Portfolio.module.css";
import { type ChangeSearch, VIEWS } from "./search";
import { Table } from "./Table";
import { Tiers } from "./Tiers";

/** Not everybody looks at it, and it is no part of the first load. */
const HeatMap = lazy(() => import("./HeatMap").then((module) => ({ default: module.HeatMap })));

export function Portfolio() {
  const { text } = useLocale();
  const search = useSearch({ from: "/signed-in/" });
  const navigate = useNavigate();
  const view = search.view ?? "table";
  useTitle(text.portfolio.title);
  const change: ChangeSearch = (part) => void navigate({ to: "/", search: { ...search, ...part }, replace: true });
  return (
    <>
      <div className={styles["head"]}>
        <h1>{text.portfolio.title}</h1>
        <SegmentedControl
          size="xs"
          aria-label={text.portfolio.view}
          value={view}
          data={VIEWS.map((value) => ({ value, label: text.portfolio.views[value] }))}
          onChange={(chosen) => void navigate({ to: "/", search: { ...search, view: chosen === "table" ? undefined : chosen } })}
        />
        <LogButton />
      </div>
      {view === "movement" ? (
        <Movement search={search} change={change} />
      ) : (
        <>
          <Tiers search={search} change={change} />
          <Filters search={search} change={change} hasTier={view !== "board"} />
          {view === "table" && <Table search={search} change={change} />}
          {view === "board" && <Board search={search} />}
          {view === "heat-map" && (
            <Suspense fallback={<Loading lines={12} />}>
              <HeatMap search={search} change={change} />
            </Suspense>
          )}
        </>
      )}
    </>
  );
}
