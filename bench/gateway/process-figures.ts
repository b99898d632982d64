/** What the kernel says of another process (Linux's `proc(5)`). */
import { readFileSync } from 'node:fs'

/** The kernel's unit of processor time here: `sysconf(_SC_CLK_TCK)`, 100 a second on every Linux that Node runs on. */
const tickMs = 10

/** Milliseconds of processor time that all threads of a process have used. */
export function cpuMs(pid: number): number {
  const stat = readFileSync(`/proc/${pid}/stat`, 'latin1')
  // Behind the name, which may hold anything, stand the state (3rd field) and what follows; 14 and 15 are user and system.
  const fields = stat.slice(stat.lastIndexOf(')') + 2).split(' ')
  return (Number(fields[11]) + Number(fields[12])) * tickMs
}

/** Kilobytes of memory that a process has in use. */
export function residentKb(pid: number): number {
  return Number(/^VmRSS:\s+(\d+)/m.exec(readFileSync(`/proc/${pid}/status`, 'latin1'))?.[1])
}
