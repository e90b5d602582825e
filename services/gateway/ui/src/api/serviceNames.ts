/** Written by `make types`: every service of the installation, in the order in which they are shown. */
export const SERVICES = ["accounts", "engagements", "scorecards", "gateway"] as const;
