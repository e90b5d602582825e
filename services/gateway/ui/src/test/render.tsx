import { MantineProvider } from "@mantine/core";
import { Notifications } from "@mantine/notifications";
import { QueryClient, QueryClientProvider } from "@tanstack/react-query";
import { createMemoryHistory, createRootRoute, createRouter, RouterProvider } from "@tanstack/react-router";
import { render } from "@testing-library/react";
import userEvent, { type UserEvent } from "@testing-library/user-event";
import type { ReactNode } from "react";
import { LocaleProvider } from "~/text/locale";
import { resolver, theme } from "~/theme";

/** Renders a component in the frame of the product, at an address that it may leave; the person who uses it. */
export async function show(component: ReactNode): Promise<UserEvent> {
  const client = new QueryClient({ defaultOptions: { queries: { retry: false } } });
  const router = createRouter({ routeTree: createRootRoute({ component: () => component, notFoundComponent: () => component }), history: createMemoryHistory() });
  await router.load();
  render(
    <MantineProvider env="test" theme={theme} cssVariablesResolver={resolver}>
      <LocaleProvider>
        <QueryClientProvider client={client}>
          <Notifications />
          <RouterProvider router={router} />
        </QueryClientProvider>
      </LocaleProvider>
    </MantineProvider>,
  );
  return userEvent.setup({ delay: null });
}
