/** The first parts of the query keys that several nouns share: everything under one of them is read again together. */
export const keys = {
  portfolio: ["portfolio"],
  relationships: ["relationship"],
  relationship: (id: string) => ["relationship", id],
  reviews: ["reviews"],
} as const;
