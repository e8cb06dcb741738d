import type { z } from 'zod'

import { err, ok, type Result } from '../../lib/result'
import type { SignerFailure } from '../signer'
import type { ServiceAnswer } from './exchange'
import { badAnswer, statusFailure } from './failures'

/** Reads the JSON of a good answer; any status but 200 is a failure. */
export function readJson<T>({ status, text }: ServiceAnswer, schema: z.ZodType<T>): Result<T, SignerFailure> {
  if (status !== 200) return err(statusFailure(status, text))
  const parsed = schema.safeParse(parseLoose(text))
  return parsed.success ? ok(parsed.data) : err(badAnswer('not what was asked for'))
}

/** JSON, or undefined for anything else. */
export function parseLoose(text: string): unknown {
  try {
    return JSON.parse(text)
  } catch {
    return undefined
  }
}
