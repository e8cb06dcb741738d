// One party in a process of its own. What it needs, secrets included, comes over the parent's channel: never as an argument or in its environment.
import { follower } from './follower'
import { leader } from './leader'
import { serveJson, type MutualTls } from './mutual-tls'
import { ShareFile } from './share-file'

/** What a party is started with. */
export interface PartySettings {
  readonly folder: string
  readonly passphrase: string
  readonly port: number
  readonly tls: MutualTls
  /** For the leader alone. */
  readonly leads: {
    readonly peer: { readonly url: string; readonly tls: MutualTls }
    readonly token: string | null
    readonly canRefresh: boolean
  } | null
}

process.once('disconnect', () => process.exit(0))
process.once('message', (message) => {
  const { folder, passphrase, port, tls, leads } = message as PartySettings
  const shares = new ShareFile(folder, passphrase)
  const handler = leads === null ? follower(shares) : leader({ shares, ...leads })
  // A share that cannot be read ends the party here, not at the first signature.
  shares.current()
  void serveJson(tls, port, handler).then((served) => process.send?.({ port: served.port }))
})
