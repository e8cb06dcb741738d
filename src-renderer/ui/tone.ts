/** Two short notes, the second lower: distinct from the sounds of desktops, and heard without startling. */
const NOTES_HZ = [880, 659] as const
const NOTE_SEC = 0.16
const GAP_SEC = 0.05
const LOUDNESS = 0.12

let context: AudioContext | null = null

/** Sounds the tone for something critical. Where there is no sound it does nothing: what is seen stays. */
export function playTone(): void {
  try {
    context ??= new AudioContext()
    const audio = context
    void audio.resume().catch(() => undefined)
    NOTES_HZ.forEach((hz, place) => {
      const [oscillator, gain] = [audio.createOscillator(), audio.createGain()]
      const from = audio.currentTime + place * (NOTE_SEC + GAP_SEC)
      oscillator.frequency.value = hz
      // Without a ramp the note begins and ends with a click.
      gain.gain.setValueAtTime(0, from)
      gain.gain.linearRampToValueAtTime(LOUDNESS, from + 0.02)
      gain.gain.linearRampToValueAtTime(0, from + NOTE_SEC)
      oscillator.connect(gain).connect(audio.destination)
      oscillator.start(from)
      oscillator.stop(from + NOTE_SEC)
    })
  } catch {
    // No sound device, or none that this page may use.
  }
}
