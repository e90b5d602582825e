/** The first page of a long list is small, so that it is shown at once; those that follow are as large as the API allows. */
export const FIRST_PAGE = 60;
export const NEXT_PAGE = 200;

interface PageOf<T> {
  items: T[];
  next: string | null;
}

/** Every item of a list, page after page; no page is asked for once there are `most` items. */
export async function everyItem<T>(read: (after: string | undefined) => Promise<PageOf<T>>, most = Infinity): Promise<T[]> {
  const items: T[] = [];
  let after: string | undefined;
  do {
    const page = await read(after);
    items.push(...page.items);
    after = page.next ?? undefined;
  } while (after !== undefined && items.length < most);
  return items;
}

interface ByCursor {
  initialPageParam: string | undefined;
  getNextPageParam: (last: { next: string | null }) => string | undefined;
}

/** For an infinite query: from the start, and on from the cursor at which each page ends. */
export const byCursor: ByCursor = {
  initialPageParam: undefined,
  getNextPageParam: (last) => last.next ?? undefined,
};
