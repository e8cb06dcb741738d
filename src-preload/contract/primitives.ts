import { z } from 'zod'

z.config({ jitless: true }) // the pages' content security policy forbids generated code

/** An exact decimal as text; amounts never cross as floating-point numbers. */
export const decimalText = z
  .string()
  .max(80)
  .regex(/^-?(?:0|[1-9]\d*)(?:\.\d+)?$/)
/** An unsigned integer as text: wei, gas, raw token units. */
export const integerText = z
  .string()
  .max(80)
  .regex(/^(?:0|[1-9]\d*)$/)
/** A 20-byte account or contract address. */
export const addressText = z.string().regex(/^0x[0-9a-fA-F]{40}$/)
/** A 32-byte hash. */
export const hashText = z.string().regex(/^0x[0-9a-f]{64}$/)
/** 0x-prefixed bytes. */
export const hexText = z
  .string()
  .max(200_000)
  .regex(/^0x(?:[0-9a-f]{2})*$/)
/** Milliseconds since the Unix epoch. */
export const epochMs = z.number().int().nonnegative()
/** A name that we or the person chose. */
export const shortText = z.string().max(200)
/** An identifier that main made. */
export const idText = z
  .string()
  .min(1)
  .max(80)
  .regex(/^[A-Za-z0-9._:-]+$/)
/** Figures of a denial or problem. */
export const figures = z.record(z.string().max(60), z.string().max(2_000))
/** No input. */
export const nothing = z.strictObject({})
