import { Button } from '@mantine/core'
import { IconUsb } from '@tabler/icons-react'

/** What the device will show, for a person to compare. The whole of it: half a hash can be made to fit. */
export function DeviceShows({ requestHash, waiting }: { readonly requestHash: string; readonly waiting: boolean }) {
  return (
    <div className="hf-secure__device" role="status">
      {waiting ? 'Look at your device now and confirm there, within two minutes. ' : 'Your device will show the act and this request: '}
      {waiting && 'Reject it if it shows another request than this: '}
      <code className="hf-secure__hash">{requestHash}</code>
    </div>
  )
}

interface Props {
  /** A code would do, too. */
  readonly instead: boolean
  readonly requestHash: string
  readonly waiting: boolean
  readonly ready: boolean
  readonly onAsk: () => void
}

/** Proves it by a device in place of a code. */
export function OnDevice({ instead, requestHash, waiting, ready, onAsk }: Props) {
  return (
    <>
      <Button variant="default" leftSection={<IconUsb size={16} aria-hidden />} disabled={!ready} loading={waiting} onClick={onAsk}>
        {instead ? 'Confirm on your Ledger instead' : 'Confirm on your Ledger'}
      </Button>
      {waiting && <DeviceShows requestHash={requestHash} waiting />}
    </>
  )
}
