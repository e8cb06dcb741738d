import { createRequire } from 'node:module'
import type * as Kit from '@ledgerhq/device-management-kit'
import type * as SignerKit from '@ledgerhq/device-signer-kit-ethereum'
import type EthApp from '@ledgerhq/hw-app-eth'
import type HwTransport from '@ledgerhq/hw-transport'
import type * as Rx from 'rxjs'

/** The vendor's packages in their CommonJS form: the ES modules that they ship do not load in Node. Each is loaded when it is first asked for. */
const load = createRequire(import.meta.url) as (name: string) => unknown

/** The Device Management Kit. */
export type DmkModule = typeof Kit

export const loadDmk = (): DmkModule => load('@ledgerhq/device-management-kit') as DmkModule
export const loadSignerKit = (): typeof SignerKit => load('@ledgerhq/device-signer-kit-ethereum') as typeof SignerKit
/** USB for the kit. */
export const loadUsbKit = (): { readonly nodeHidTransportFactory: Kit.TransportFactory } =>
  load('@ledgerhq/device-transport-kit-node-hid') as { readonly nodeHidTransportFactory: Kit.TransportFactory }
export const loadRx = (): typeof Rx => load('rxjs') as typeof Rx
/** Each package of LedgerJS carries a copy of the transport's base class of its own; they are alike, and what each takes is written here. */
export const loadEthApp = (): { readonly default: new (transport: object, scrambleKey: string, servers: object) => EthApp } =>
  load('@ledgerhq/hw-app-eth') as { readonly default: new (transport: object, scrambleKey: string, servers: object) => EthApp }
export const loadHwTransport = (): { readonly default: new () => HwTransport } =>
  load('@ledgerhq/hw-transport') as { readonly default: new () => HwTransport }
/** USB for LedgerJS. */
export const loadHwNodeHid = (): { readonly default: { open(path: string): Promise<HwTransport> } } =>
  load('@ledgerhq/hw-transport-node-hid') as { readonly default: { open(path: string): Promise<HwTransport> } }
