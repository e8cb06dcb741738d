import { IconBell } from '@tabler/icons-react'
import { useEffect } from 'react'

import { startAlertLight, useAlertLight } from '../../stores/alerts'
import { hrefOf } from '../../stores/navigation'
import { playTone } from '../../ui/tone'

/** How many alerts nobody has acknowledged; leads to them. The tone sounds from here, for this is on every screen. */
export function AlertLight() {
  const light = useAlertLight((state) => state.light)
  useEffect(() => startAlertLight(playTone), [])
  if (light === null) return null
  const { urgent, open } = light
  const said = open === 0 ? 'No open alerts' : `${open} open ${open === 1 ? 'alert' : 'alerts'}${urgent === 0 ? '' : `, ${urgent} urgent`}`
  return (
    <a className={`hf-light hf-light--alerts${urgent > 0 ? ' hf-light--urgent' : ''}`} href={hrefOf('alerts')} title={said}>
      <IconBell size={16} aria-hidden />
      <span className="hf-hidden" role="status">
        {said}
      </span>
      {open > 0 && (
        <span className="hf-num" aria-hidden>
          {urgent > 0 ? urgent : open}
        </span>
      )}
    </a>
  )
}
