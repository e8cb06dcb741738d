import { useEffect } from 'react'

import type { PlanView } from '../../../../src-preload/contract/orders'
import { previewDevice, useDevicePrompt } from '../../../stores/device-prompt'
import { DeviceRequest } from '../../../ui/device-request'
import { Panel } from '../../../ui/panel'

const PURPOSES = { approve: 'Your device will show first: the allowance', order: 'Your device will show: the order' } as const

/** What the signer's device will show for this plan, before anything is asked of it; nothing for signers without a screen. */
export function DevicePanel({ plan: { planId } }: { readonly plan: PlanView }) {
  const preview = useDevicePrompt((state) => state.preview)
  useEffect(() => void previewDevice(planId), [planId])
  if (preview?.planId !== planId) return null
  return preview.requests.map((request, index) => (
    <Panel key={index} title={PURPOSES[request.purpose]}>
      <DeviceRequest request={request} />
    </Panel>
  ))
}
