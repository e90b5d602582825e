import { Button, createTheme, type CSSVariablesResolver, Drawer, Input, type MantineColorsTuple, Modal, SegmentedControl, Tooltip } from "@mantine/core";
import { keepFocus } from "./components/dialogFocus";

const gray: MantineColorsTuple = ["#f8f7f4", "#f3f2ee", "#eceae5", "#e5e3dd", "#918d86", "#8b877f", "#6b6860", "#57544e", "#3a3834", "#262522"];
const dark: MantineColorsTuple = ["#f0eee9", "#d3d0c8", "#b5b1a8", "#a09c93", "#716d66", "#242421", "#1a1a18", "#1a1a18", "#151513", "#131311"];
const ink: MantineColorsTuple = ["#f6f5f2", "#eceae5", "#d8d5cd", "#b5b1a8", "#8b877f", "#6b6860", "#57544e", "#3a3834", "#262522", "#1b1a18"];

export const theme = createTheme({
  fontFamily: "'Inter Variable', system-ui, sans-serif",
  fontSizes: { xs: "12px", sm: "13px", md: "14px", lg: "14px", xl: "19px" },
  headings: { fontFamily: "inherit", fontWeight: "600" },
  spacing: { xs: "4px", sm: "8px", md: "12px", lg: "16px", xl: "24px" },
  radius: { xs: "4px", sm: "6px", md: "6px", lg: "10px", xl: "10px" },
  defaultRadius: "sm",
  colors: { ink, gray, dark },
  primaryColor: "ink",
  primaryShade: { light: 9, dark: 0 },
  autoContrast: true,
  cursorType: "pointer",
  respectReducedMotion: true,
  components: {
    Button: Button.extend({
      defaultProps: { size: "xs", variant: "default" },
      styles: { label: { fontWeight: 500 } },
      vars: (_, { variant }) => ({
        root: variant === "filled" ? { "--button-color": "var(--on-ink)", "--button-bg": "var(--ink)", "--button-hover": "var(--ink-2)" } : {},
      }),
    }),
    Input: Input.extend({ defaultProps: { size: "sm" } }),
    InputWrapper: Input.Wrapper.extend({ styles: { label: { fontSize: 12, fontWeight: 500, color: "var(--ink-2)", marginBottom: 2 } } }),
    SegmentedControl: SegmentedControl.extend({
      defaultProps: { withItemsBorders: false, transitionDuration: 0 },
      styles: {
        root: { background: "none", padding: 0, gap: 4 },
        indicator: { border: "1px solid var(--line)", boxShadow: "none", background: "var(--panel)" },
        label: { fontWeight: 500, color: "var(--ink)", padding: "5px 12px", fontSize: 13 },
      },
    }),
    Modal: Modal.extend({
      styles: { title: { fontSize: 19, fontWeight: 600 }, header: { padding: "18px 24px 8px" }, body: { padding: "4px 24px 20px" } },
      defaultProps: { transitionProps: { duration: 80 }, overlayProps: { backgroundOpacity: 0.25 }, onFocusCapture: keepFocus },
    }),
    Drawer: Drawer.extend({ styles: { title: { fontSize: 14, fontWeight: 600 } }, defaultProps: { transitionProps: { duration: 120 }, overlayProps: { backgroundOpacity: 0.2 }, onFocusCapture: keepFocus } }),
    Tooltip: Tooltip.extend({ defaultProps: { openDelay: 300, transitionProps: { duration: 60 } } }),
  },
});

/** Mantine's controls speak this interface's colours. */
export const resolver: CSSVariablesResolver = () => ({
  variables: {},
  light: ours,
  dark: ours,
});

const ours = {
  "--mantine-color-body": "var(--panel)",
  "--mantine-color-text": "var(--ink)",
  "--mantine-color-dimmed": "var(--ink-3)",
  "--mantine-color-placeholder": "var(--ink-3)",
  "--mantine-color-anchor": "var(--accent)",
  "--mantine-color-default": "var(--panel)",
  "--mantine-color-default-hover": "var(--raised)",
  "--mantine-color-default-border": "var(--line)",
  "--mantine-color-error": "var(--below)",
  "--mantine-color-ink-filled": "var(--ink)",
  "--mantine-color-ink-filled-hover": "var(--ink-2)",
  "--mantine-color-ink-light": "var(--raised)",
  "--mantine-color-ink-light-color": "var(--ink)",
  "--mantine-primary-color-filled": "var(--ink)",
  "--mantine-primary-color-filled-hover": "var(--ink-2)",
  "--mantine-primary-color-contrast": "var(--on-ink)",
};
