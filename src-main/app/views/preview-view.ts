import type { DevicePreview } from '../../domain/device-preview'

/** What a device will show, in the contract's own shape: what else a signer of another's making puts into it stays here. */
export function previewView({ blind, screens, meaning }: DevicePreview) {
  return {
    blind,
    screens: screens.map(({ title, value }) => ({ title, value })),
    meaning:
      meaning === null ? null : { intent: meaning.intent, owner: meaning.owner, fields: meaning.fields.map((field) => ({ ...field })) },
  }
}
