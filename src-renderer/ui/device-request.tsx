import type { DeviceShowsView } from '../../src-preload/contract/signers'
import { DeviceScreens } from './device-screens'
import { Notice } from './notice'
import { Facts } from './panel'

/** What a device shows of one transaction or message, and what that means by a description of our own, which the device does not show. */
export function DeviceRequest({ request: { blind, screens, meaning } }: { readonly request: DeviceShowsView }) {
  return (
    <div className="hf-screens">
      {blind && (
        <Notice tone="attention" title="The device cannot show this in clear.">
          It warns of blind signing and shows a fingerprint of the whole instead. What it means stands here; compare receiver, fee and
          fingerprint with the device, and reject there if one differs.
        </Notice>
      )}
      <DeviceScreens screens={screens} />
      {meaning !== null && (
        <>
          <h3 className="hf-screens__meaning">
            {meaning.intent} <span className="hf-dim">({meaning.owner}; read by Holdfast, not shown on the device)</span>
          </h3>
          <Facts facts={meaning.fields.map(({ label, value }) => ({ label, value }))} />
        </>
      )}
    </div>
  )
}
