import { readFileSync } from 'node:fs'

/** What the kernel says about a process's confinement. */
export interface ProcessStatus {
  /** 2 = a seccomp filter is on. */
  readonly seccomp: number
  /** One number per PID namespace the process is in, from the outermost in. */
  readonly namespacePids: readonly number[]
}

/** Reads /proc/<pid>/status (Linux). */
export function readProcessStatus(pid: number): ProcessStatus {
  const lines = readFileSync(`/proc/${pid}/status`, 'utf8').split('\n')
  const field = (name: string): string => {
    const line = lines.find((text) => text.startsWith(`${name}:`))
    if (line === undefined) throw new Error(`/proc/${pid}/status has no ${name}`)
    return line.slice(name.length + 1).trim()
  }
  return { seccomp: Number(field('Seccomp')), namespacePids: field('NSpid').split(/\s+/).map(Number) }
}
