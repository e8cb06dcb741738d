import { z } from 'zod'

const field = z.strictObject({
  /** `#.…` in the call's or message's own data, `@.…` in the transaction around it. */
  path: z.string().regex(/^[#@]\./),
  label: z.string().min(1).max(40),
  format: z.enum(['raw', 'amount', 'tokenAmount', 'addressName', 'date', 'unit', 'calldata']),
  params: z
    .strictObject({
      tokenPath: z.string(),
      threshold: z.string().regex(/^0x[0-9a-f]{1,64}$/),
      message: z.string(),
      encoding: z.literal('timestamp'),
      base: z.string(),
      decimals: z.int().min(0).max(36),
      calleePath: z.literal('@.to'),
    })
    .partial()
    .optional(),
})
const format = z.strictObject({ intent: z.string().min(1).max(40), fields: z.array(field).min(1) })
const typedField = z.strictObject({ name: z.string(), type: z.string() })

/** The part of ERC-7730 (version 1) that this app's own descriptors use. */
export const descriptorSchema = z.strictObject({
  $schema: z.literal('https://eips.ethereum.org/assets/eip-7730/erc7730-v1.schema.json'),
  context: z.strictObject({
    $id: z.string(),
    contract: z
      .strictObject({
        abi: z.array(z.never()),
        deployments: z.array(z.strictObject({ chainId: z.int().min(1), address: z.string().regex(/^0x[0-9a-fA-F]{40}$/) })),
      })
      .optional(),
    eip712: z
      .strictObject({
        domain: z.strictObject({ name: z.string(), version: z.string() }),
        schemas: z.array(z.strictObject({ primaryType: z.string(), types: z.record(z.string(), z.array(typedField)) })),
      })
      .optional(),
  }),
  metadata: z.strictObject({ owner: z.string().min(1).max(40) }),
  display: z.strictObject({ formats: z.record(z.string(), format) }),
})

/** How the calls to a contract, or the messages of a domain, are shown to a person (ERC-7730). */
export type Descriptor = z.infer<typeof descriptorSchema>
/** How one function or message is shown. */
export type DisplayFormat = z.infer<typeof format>
/** How one field is shown. */
export type DisplayField = z.infer<typeof field>
