import { createTheme, type CSSVariablesResolver, type MantineColorsTuple } from '@mantine/core'

const steel: MantineColorsTuple = [
  '#eaf2fe',
  '#d3e3fb',
  '#a6c6f7',
  '#79b0ff',
  '#4f93ee',
  '#3a80e0',
  '#2a6fd0',
  '#1c5cb8',
  '#164a96',
  '#103872',
]
const dark: MantineColorsTuple = [
  '#e7ecf2',
  '#c5ced8',
  '#a3afbd',
  '#7b8795',
  '#333e4b',
  '#242d38',
  '#151b23',
  '#0d1117',
  '#090c11',
  '#06080b',
]

/** Filled, the same as the halt button; white on it keeps its contrast. */
const red: MantineColorsTuple = [
  '#fcebea',
  '#f8d0cd',
  '#f3aaa5',
  '#ff8078',
  '#ea5a51',
  '#d63f37',
  '#c22b24',
  '#b3201a',
  '#8f1511',
  '#6d0f0c',
]

/** One family for text and one for code; two sizes for data, one for titles; a 4-px grid. */
export const theme = createTheme({
  primaryColor: 'steel',
  primaryShade: { light: 7, dark: 6 },
  colors: { steel, dark, red },
  fontFamily: "'Inter Variable', system-ui, sans-serif",
  fontFamilyMonospace: "'JetBrains Mono Variable', ui-monospace, monospace",
  fontSizes: { xs: '0.75rem', sm: '0.8125rem', md: '0.8125rem', lg: '1.0625rem', xl: '1.0625rem' },
  spacing: { xs: '0.25rem', sm: '0.5rem', md: '0.75rem', lg: '1rem', xl: '1.5rem' },
  defaultRadius: 'sm',
  radius: { xs: '2px', sm: '4px', md: '6px', lg: '8px', xl: '12px' },
  headings: {
    fontWeight: '600',
    sizes: {
      h1: { fontSize: '1.0625rem', lineHeight: '1.5rem' },
      h2: { fontSize: '0.8125rem', lineHeight: '1.25rem' },
      h3: { fontSize: '0.8125rem', lineHeight: '1.25rem' },
    },
  },
  cursorType: 'pointer',
  respectReducedMotion: true,
  components: {
    Button: { defaultProps: { size: 'sm' } },
    Chip: { defaultProps: { variant: 'outline' } },
    Tooltip: {
      defaultProps: { openDelay: 300, withArrow: true, multiline: true, maw: 360, events: { hover: true, focus: true, touch: false } },
    },
    Select: { defaultProps: { allowDeselect: false, checkIconPosition: 'right' } },
    Skeleton: { defaultProps: { radius: 'sm' } },
  },
})

/** Mantine's own neutral colours, taken from ours, so that text keeps its contrast in both schemes. */
export const cssVariables: CSSVariablesResolver = () => {
  const neutral = {
    '--mantine-color-body': 'var(--hf-surface)',
    '--mantine-color-text': 'var(--hf-text)',
    '--mantine-color-dimmed': 'var(--hf-dim)',
    '--mantine-color-placeholder': 'var(--hf-dim)',
    '--mantine-color-anchor': 'var(--hf-accent)',
    '--mantine-color-error': 'var(--hf-danger)',
    '--mantine-color-default-border': 'var(--hf-line)',
    '--mantine-color-default-hover': 'var(--hf-hover)',
    '--mantine-color-steel-light-color': 'var(--hf-accent)',
    '--mantine-color-red-light-color': 'var(--hf-danger)',
    '--mantine-color-steel-light-hover': 'var(--hf-accent-soft)',
    '--mantine-color-red-light-hover': 'var(--hf-danger-soft)',
  }
  return { variables: {}, light: neutral, dark: neutral }
}
