import { createRootRoute, createRoute, createRouter, lazyRouteComponent, Outlet, redirect } from "@tanstack/react-router";
import { me } from "./api/me";
import { Problem } from "./api/problem";
import { client, onSessionEnd } from "./queryClient";
import { Failed, Loading, Missing } from "./components/states";
import { portfolioSearch } from "./pages/portfolio/search";
import { relationshipSearch } from "./pages/relationship/search";
import { reviewCycleSearch } from "./pages/review-cycle/search";
import { settingsSearch } from "./pages/settings/search";
import { Shell } from "./shell/Shell";

const root = createRootRoute({ component: Outlet });

const signIn = createRoute({
  getParentRoute: () => root,
  path: "sign-in",
  validateSearch: (search): { next?: string } => ({
    // Only to this installation's own pages.
    next: typeof search["next"] === "string" && /^\/(?![/\\])/.test(search["next"]) ? search["next"] : undefined,
  }),
  component: lazyRouteComponent(() => import("./pages/sign-in/SignIn"), "SignIn"),
});

const setUp = createRoute({
  getParentRoute: () => root,
  path: "set-up",
  component: lazyRouteComponent(() => import("./pages/set-up/SetUp"), "SetUp"),
});

/** Every page that needs a signed-in person. A page is a folder, and a route here. */
const signedIn = createRoute({
  getParentRoute: () => root,
  id: "signed-in",
  beforeLoad: async ({ location }) => {
    try {
      await client.ensureQueryData(me);
    } catch (error) {
      if (!(error instanceof Problem) || error.status !== 401) throw error;
      throw redirect({ to: "/sign-in", search: { next: location.href === "/" ? undefined : location.href } });
    }
  },
  component: Shell,
});

const portfolio = createRoute({
  getParentRoute: () => signedIn,
  path: "/",
  validateSearch: portfolioSearch,
  component: lazyRouteComponent(() => import("./pages/portfolio/Portfolio"), "Portfolio"),
});

const relationship = createRoute({
  getParentRoute: () => signedIn,
  path: "relationships/$id",
  validateSearch: relationshipSearch,
  component: lazyRouteComponent(() => import("./pages/relationship/Relationship"), "Relationship"),
});

const imports = createRoute({
  getParentRoute: () => signedIn,
  path: "import",
  component: lazyRouteComponent(() => import("./pages/import/ImportLayout"), "ImportLayout"),
});

const newImport = createRoute({
  getParentRoute: () => imports,
  path: "/",
  component: lazyRouteComponent(() => import("./pages/import/Import"), "Import"),
});

const oneImport = createRoute({
  getParentRoute: () => imports,
  path: "$id",
  component: lazyRouteComponent(() => import("./pages/import/OneImport"), "OneImport"),
});

const settings = createRoute({
  getParentRoute: () => signedIn,
  path: "settings",
  beforeLoad: () => {
    throw redirect({ to: "/settings/$section", params: { section: "you" } });
  },
});

const settingsSection = createRoute({
  getParentRoute: () => signedIn,
  path: "settings/$section",
  validateSearch: settingsSearch,
  component: lazyRouteComponent(() => import("./pages/settings/Settings"), "Settings"),
});

const reviews = createRoute({
  getParentRoute: () => signedIn,
  path: "reviews",
  component: lazyRouteComponent(() => import("./pages/reviews/Reviews"), "Reviews"),
});

const reviewCycle = createRoute({
  getParentRoute: () => signedIn,
  path: "reviews/$cycle",
  validateSearch: reviewCycleSearch,
  component: lazyRouteComponent(() => import("./pages/review-cycle/ReviewCycle"), "ReviewCycle"),
});

const scorecard = createRoute({
  getParentRoute: () => signedIn,
  path: "scorecards/$card",
  component: lazyRouteComponent(() => import("./pages/scorecard/Scorecard"), "Scorecard"),
});

/** What no other page takes: it keeps the menu, so that people find on. */
const missing = createRoute({
  getParentRoute: () => signedIn,
  path: "$",
  component: Missing,
});

/** For who has no account: what stands behind `#` is the key to one card. */
const rate = createRoute({
  getParentRoute: () => root,
  path: "rate",
  component: lazyRouteComponent(() => import("./pages/rate/Rate"), "Rate"),
});

const pages = [
  portfolio,
  relationship,
  reviews,
  reviewCycle,
  scorecard,
  imports.addChildren([newImport, oneImport]),
  settings,
  settingsSection,
  missing,
];

export const router = createRouter({
  routeTree: root.addChildren([signIn, setUp, rate, signedIn.addChildren(pages)]),
  defaultErrorComponent: Failed,
  defaultPendingComponent: Loading,
  defaultPreload: "intent",
  scrollRestoration: true,
  // What an address holds beside what its page knows would reach the page all the same.
  search: { strict: true },
});

onSessionEnd(() => {
  const { pathname, href } = router.state.location;
  if (["/sign-in", "/set-up", "/rate"].includes(pathname)) return;
  client.removeQueries();
  void router.navigate({ to: "/sign-in", search: { next: href } });
});

declare module "@tanstack/react-router" {
  interface Register {
    router: typeof router;
  }
}
