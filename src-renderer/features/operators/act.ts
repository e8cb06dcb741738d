import type { Problem } from '../../../src-preload/contract/problem'

/** Does something that the main-owned window asks for, and shows what was wrong. */
export type Act = (work: Promise<Problem | null>) => void
