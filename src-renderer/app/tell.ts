import { notifications } from '@mantine/notifications'

import type { Problem } from '../../src-preload/contract/problem'
import { sayProblem } from '../ui/words/problems'

/** Tells of a problem that has no place on the screen: what was asked for came from the palette. */
export function tell(problem: Problem | null): void {
  if (problem === null || problem.code === 'CANCELED_BY_USER') return
  const { what, means, now } = sayProblem(problem)
  notifications.show({ title: what, message: `${means} ${now}`, color: 'red', autoClose: false, withBorder: true })
}
