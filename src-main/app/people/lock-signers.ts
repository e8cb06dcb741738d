import type { OpenEnvironment } from '../compose/compose-environment'

/**
 * Forgets every key that is open: a locked app signs nothing for anybody. Each is recorded as locked. What waits for a signature then needs its owner;
 * what is signed is followed all the same. Never throws: the app is locked in any case.
 */
export async function lockSigners(
  { signers }: Pick<OpenEnvironment, 'signers'>,
  onFault: (what: string, thrown: unknown) => void,
): Promise<void> {
  const open = signers.list().filter(({ health }) => health.status === 'ready')
  const locking = open.map(async ({ id }) => {
    try {
      await signers.lock(id)
    } catch (thrown) {
      onFault(`locking the signer ${id}`, thrown)
    }
  })
  await Promise.all(locking)
}
