import './device-prompt.css'

import { Button, Modal } from '@mantine/core'

import { useDevicePrompt, hidePrompt, showPrompt, stopSetUp, type Prompt } from '../../stores/device-prompt'
import { useOrders } from '../../stores/orders'
import { known } from '../../stores/remote'
import { useStatus } from '../../stores/status'
import { AddressGroups } from '../../ui/address-groups'
import { DevicePicture, type DeviceHint } from '../../ui/device-picture'
import { DeviceRequest } from '../../ui/device-request'
import { countdown } from '../../ui/format/time'
import { Notice, SaidNotice } from '../../ui/notice'
import { useNow } from '../../ui/use-now'
import { HALTED_AT_DEVICE, INTERACTION_WORDS } from '../../ui/words/signers'

type Asked = Exclude<Prompt['required'], 'none'>

const HURRY_MS = 20_000
const HINTS: Readonly<Record<Asked, DeviceHint>> = {
  unlock: 'none',
  'connect-device': 'cable',
  'unlock-device': 'both-buttons',
  'open-app': 'both-buttons',
  'verify-address': 'right-button',
  'confirm-on-device': 'right-button',
  'confirm-elsewhere': 'none',
}
/** Where there is no device to be drawn. */
const NO_DEVICE: readonly Asked[] = ['unlock', 'confirm-elsewhere']

/**
 * What a person has to do at a signer now, as a picture, over whatever is shown but the strip: halting stays in reach. Putting it away stops nothing;
 * what is asked is refused at the signer itself.
 */
export function DevicePrompt() {
  const { prompt, hidden } = useDevicePrompt()
  const asked = prompt !== null && prompt.required !== 'none' ? { ...prompt, required: prompt.required } : null
  return (
    <>
      <Modal
        opened={asked !== null && !hidden}
        onClose={hidePrompt}
        title={asked === null ? '' : INTERACTION_WORDS[asked.required].title}
        size={600}
        zIndex={400}
        centered
        closeOnClickOutside={false}
        closeButtonProps={{ 'aria-label': 'Put this away' }}
        classNames={{ inner: 'hf-below-strip', overlay: 'hf-below-strip', title: 'hf-prompt__title', body: 'hf-prompt' }}
      >
        {asked !== null && <Shown asked={asked} />}
      </Modal>
      {asked !== null && hidden && (
        <div className="hf-prompt__again">
          <Notice
            tone="attention"
            live="status"
            title={INTERACTION_WORDS[asked.required].title}
            actions={
              <Button size="compact-sm" onClick={showPrompt}>
                Show what to do
              </Button>
            }
          />
        </div>
      )}
    </>
  )
}

function Shown({ asked }: { readonly asked: Prompt & { readonly required: Asked } }) {
  const { act, mind, shown } = INTERACTION_WORDS[asked.required]
  return (
    <>
      <HaltedMeanwhile orderId={asked.subject} />
      {asked.shows !== null ? (
        <DeviceRequest request={asked.shows} />
      ) : (
        !NO_DEVICE.includes(asked.required) && <DevicePicture screen={{ title: shown, value: '' }} hint={HINTS[asked.required]} />
      )}
      {asked.address !== null && <AddressGroups address={asked.address} />}
      <p className="hf-prompt__act" role="status">
        {act}
      </p>
      <p className="hf-dim">{mind}</p>
      <footer className="hf-prompt__foot">
        <Left untilMs={asked.untilMs} />
        {asked.subject === 'set-up' ? (
          <Button variant="default" onClick={() => void stopSetUp()}>
            Stop
          </Button>
        ) : (
          <Button variant="default" onClick={hidePrompt}>
            Put this away
          </Button>
        )}
      </footer>
    </>
  )
}

/** Trading was halted while an order is asked for at the device: a cancel leaves all the same, an order does not. */
function HaltedMeanwhile({ orderId }: { readonly orderId: string }) {
  const halted = useStatus(({ status }) => status !== null && status.killSwitch.state !== 'armed')
  const order = useOrders(({ open }) => known(open)?.find((each) => each.orderId === orderId) ?? null)
  if (!halted || order === null || (order.state !== 'signing' && order.state !== 'approved')) return null
  return <SaidNotice said={HALTED_AT_DEVICE} />
}

/** How long it is waited for; what comes later is thrown away. */
function Left({ untilMs }: { readonly untilMs: number | null }) {
  const nowMs = useNow()
  if (untilMs === null) return <span />
  const leftMs = untilMs - nowMs
  return (
    <span className={leftMs <= HURRY_MS ? 'hf-num hf-attention' : 'hf-num hf-dim'} role="timer">
      {leftMs <= 0 ? 'The time is over.' : `${countdown(leftMs)} left`}
    </span>
  )
}
