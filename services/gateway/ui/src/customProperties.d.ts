import "react";

declare module "react" {
  /** The custom properties by which components hand measures to their style sheets. */
  interface CSSProperties {
    [property: `--${string}`]: string | number | undefined;
  }
}
