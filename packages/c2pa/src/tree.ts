/** Trees of lines, for a terminal. */

/** A branch: what it says, and what hangs below it. */
export interface Branch {
  says: string
  below?: Branch[]
}

/** The branches as lines, each behind the lines that lead to it. */
export function treeLines(branches: Branch[], indent = ''): string[] {
  return branches.flatMap(({ says, below = [] }, index) => {
    const last = index === branches.length - 1
    return [`${indent}${last ? '└─ ' : '├─ '}${says}`, ...treeLines(below, indent + (last ? '   ' : '│  '))]
  })
}
