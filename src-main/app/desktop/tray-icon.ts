/** Edge of the tray icon, pixels. */
export const TRAY_ICON_SIZE = 32

const CALM = [0x8a, 0x94, 0xa6] as const
const HALTED = [0x3c, 0x3c, 0xe0] as const

/** Draws the tray icon as a BGRA bitmap: a ring while armed, a filled red disc while halted, so that shape tells as well as colour. */
export function drawTrayIcon(halted: boolean): Buffer {
  const pixels = Buffer.alloc(TRAY_ICON_SIZE * TRAY_ICON_SIZE * 4)
  const middle = (TRAY_ICON_SIZE - 1) / 2
  const [blue, green, red] = halted ? HALTED : CALM
  for (let y = 0; y < TRAY_ICON_SIZE; y += 1) {
    for (let x = 0; x < TRAY_ICON_SIZE; x += 1) {
      const distance = Math.hypot(x - middle, y - middle)
      const inside = distance <= 14 && (halted || distance >= 9 || distance <= 4)
      if (inside) pixels.set([blue, green, red, 0xff], (y * TRAY_ICON_SIZE + x) * 4)
    }
  }
  return pixels
}
