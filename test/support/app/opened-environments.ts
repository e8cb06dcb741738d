import type * as ComposeEnvironment from '../../../src-main/app/compose/compose-environment'

/** The environments that the apps of this test file have opened, oldest first. */
export const opened: ComposeEnvironment.OpenEnvironment[] = []

/** The composition root, keeping what it makes in {@link opened}; for `vi.mock`, whose file is hoisted above the imports: load this one inside of it. */
export function noting(real: typeof ComposeEnvironment): typeof ComposeEnvironment {
  return {
    ...real,
    composeEnvironment: (parts) => {
      const environment = real.composeEnvironment(parts)
      opened.push(environment)
      return environment
    },
  }
}
