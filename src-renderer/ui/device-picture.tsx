import './device.css'

/** What is on a device's screen at one moment. */
export interface DeviceScreen {
  readonly title: string
  readonly value: string
}

/** Where the person is to act. */
export type DeviceHint = 'none' | 'cable' | 'both-buttons' | 'right-button'

const CHARS_PER_LINE = 18
const MOST_LINES = 4

/** Breaks a value into lines as a small screen does; what does not fit goes on with a mark that says so. */
export function screenLines(value: string): readonly string[] {
  const lines: string[] = []
  for (const word of value.split(/\s+/).filter((each) => each !== '')) {
    const last = lines.at(-1)
    if (last !== undefined && last.length + 1 + word.length <= CHARS_PER_LINE) lines[lines.length - 1] = `${last} ${word}`
    else lines.push(...(word.match(new RegExp(`.{1,${CHARS_PER_LINE}}`, 'g')) ?? []))
  }
  return lines.length <= MOST_LINES ? lines : [...lines.slice(0, MOST_LINES - 1), '…']
}

/** A hardware device, drawn by us and nobody's in particular, with what is on its screen. */
export function DevicePicture({
  screen,
  hint = 'none',
  of,
}: {
  readonly screen: DeviceScreen
  readonly hint?: DeviceHint
  readonly of?: string
}) {
  const lines = screenLines(screen.value)
  const said = [screen.title, screen.value].filter((each) => each !== '').join(': ')
  const top = 62 - (lines.length * 14) / 2
  return (
    <svg
      className="hf-device"
      viewBox="0 0 340 124"
      role="img"
      aria-label={said === '' ? 'A device with an empty screen' : `The device shows ${said}`}
    >
      <g className={hint === 'cable' ? 'hf-device__mark' : 'hf-device__cable'}>
        <path d="M0 62 H34" strokeWidth="7" />
        <rect x="30" y="50" width="16" height="24" rx="3" />
      </g>
      <rect className="hf-device__body" x="46" y="18" width="284" height="88" rx="18" />
      <rect className={buttonClass(hint === 'both-buttons')} x="92" y="10" width="34" height="8" rx="3" />
      <rect className={buttonClass(hint === 'both-buttons' || hint === 'right-button')} x="252" y="10" width="34" height="8" rx="3" />
      <rect className="hf-device__screen" x="72" y="28" width="232" height="68" rx="5" />
      {lines.length === 0 ? (
        <text className="hf-device__title" x="188" y="67" textAnchor="middle">
          {screen.title}
        </text>
      ) : (
        <>
          <text className="hf-device__title" x="188" y={top} textAnchor="middle">
            {screen.title}
          </text>
          {lines.map((line, index) => (
            <text key={index} className="hf-device__value" x="188" y={top + 15 + index * 14} textAnchor="middle">
              {line}
            </text>
          ))}
        </>
      )}
      {of !== undefined && (
        <text className="hf-device__of" x="298" y="91" textAnchor="end">
          {of}
        </text>
      )}
    </svg>
  )
}

function buttonClass(marked: boolean): string {
  return marked ? 'hf-device__mark' : 'hf-device__button'
}
