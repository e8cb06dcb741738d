import { readdir, readFile } from 'node:fs/promises'
import { connect } from 'node:net'
import { join } from 'node:path'

import type { LedgerTransport } from './ledger-device'

/** Ledger's USB vendor number (usb.org). */
const LEDGER_VENDOR = '2c97'
const USB_DEVICES = '/sys/bus/usb/devices'

/**
 * Looks whether a device could be there without speaking to it, and without any library for it: an emulator's port, or the kernel's list of USB devices. Null where
 * that cannot be told.
 */
export async function glanceAt(where: LedgerTransport, signal: AbortSignal, usbDevices = USB_DEVICES): Promise<boolean | null> {
  return where.type === 'emulator' ? portAnswers(where.url, signal) : usbListed(usbDevices)
}

async function usbListed(folder: string): Promise<boolean | null> {
  try {
    const vendors = await Promise.all(
      (await readdir(folder)).map((device) => readFile(join(folder, device, 'idVendor'), 'latin1').catch(() => '')),
    )
    return vendors.some((vendor) => vendor.trim() === LEDGER_VENDOR)
  } catch {
    return null
  }
}

function portAnswers(url: string, signal: AbortSignal): Promise<boolean> {
  const { hostname, port } = new URL(url)
  return new Promise((resolve) => {
    const socket = connect({ host: hostname.replace(/^\[|\]$/g, ''), port: Number(port) })
    const over = (there: boolean): void => {
      socket.destroy()
      resolve(there)
    }
    socket.once('connect', () => over(true))
    socket.once('error', () => over(false))
    signal.addEventListener('abort', () => over(false), { once: true })
  })
}
