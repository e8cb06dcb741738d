import './device.css'

/** An address large and in groups of four, so that it can be compared with another one, group by group. */
export function AddressGroups({ address }: { readonly address: string }) {
  const groups = address.slice(2).match(/.{1,4}/g) ?? []
  return (
    <p className="hf-address hf-mono" role="img" aria-label={`Address ${address.split('').join(' ')}`}>
      <span aria-hidden>0x</span>
      {groups.map((group, index) => (
        <span key={index} aria-hidden>
          {group}
        </span>
      ))}
    </p>
  )
}
